/*
 * member.c
 *	  Reading the members of a saved row where they are.
 *
 * The JSON functions of SQLite copy a document, and each of its values several
 * times, which is slow if they are large.  A saved row has a member for each
 * column, and only the objects that image.c describes.  Bytes that are not
 * UTF-8 pass.
 */
#include "sqlite_ext/row/member.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS		" \t\r\n"
#define MOST_NUMBER 400 /* bytes of a number */

/* ---- reading ---- */

static const char *
skip_blanks(const char *at)
{
	return at + strspn(at, BLANKS);
}

/* Reads a character between values. */
static bool
read_mark(const char **at, char mark)
{
	if (**at != mark)
		return false;
	*at = skip_blanks(*at + 1);
	return true;
}

static bool
read_string(const char **at, dbcsl_row_string *string)
{
	const char *end = *at + 1;

	if (**at != '"')
		return false;
	while (*(end += strcspn(end, "\"\\")) == '\\' && end[1])
		end += 2;
	if (*end != '"')
		return false;
	*string = (dbcsl_row_string){*at + 1, (size_t) (end - *at - 1)};
	*at = skip_blanks(end + 1);
	return true;
}

/* Reads {"tag": "text"}. */
static bool
read_object(const char **at, dbcsl_row_member *member)
{
	member->type = SQLITE_BLOB;
	return read_mark(at, '{') && read_string(at, &member->tag) &&
		   read_mark(at, ':') && read_string(at, &member->text) &&
		   read_mark(at, '}');
}

/* Copies a number, which ends with a NUL then; false if it is too long. */
static bool
copy_number(const dbcsl_row_string *string, char copy[MOST_NUMBER])
{
	if (string->length == 0 || string->length >= MOST_NUMBER)
		return false;
	memcpy(copy, string->text, string->length);
	copy[string->length] = '\0';
	return true;
}

/* Reads a number, a truth value or null. */
static bool
read_word(const char **at, dbcsl_row_member *member)
{
	char word[MOST_NUMBER];
	char *end;

	member->text = (dbcsl_row_string){*at, strcspn(*at, BLANKS ",}")};
	if (!copy_number(&member->text, word))
		return false;
	*at = skip_blanks(*at + member->text.length);
	if (strcmp(word, "null") == 0)
	{
		member->type = SQLITE_NULL;
		return true;
	}
	member->type = SQLITE_INTEGER;
	member->integer = strcmp(word, "true") == 0;
	if (member->integer || strcmp(word, "false") == 0)
		return true;
	errno = 0;
	member->integer = strtoll(word, &end, 10);
	if (*end || errno)
		member->type = SQLITE_FLOAT;
	return dbc_parse_real(word, &member->real);
}

static bool
read_member(dbcsl_row_reader *reader, dbcsl_row_member *member)
{
	const char **at = &reader->at;

	if (!read_mark(at, reader->begun ? ',' : '{') ||
		!read_string(at, &member->name) || !read_mark(at, ':'))
		return false;
	if (**at == '{')
		return read_object(at, member);
	if (**at != '"')
		return read_word(at, member);
	member->type = SQLITE_TEXT;
	return read_string(at, &member->text);
}

static _Noreturn void
fail_corrupted(dbcsl_host *h, const char *problem)
{
	dbc_fail(&h->base, DBC_CORRUPTED, NULL,
			 "Correct row_data in dbcare_quarantine or dbcare_trash, or "
			 "restore that table from a backup.",
			 "%s", problem);
}

bool
dbcsl_row_next_member(dbcsl_row_reader *reader, dbcsl_row_member *member)
{
	const char *end = reader->at;

	if (!reader->begun && *end == '{')
		end = skip_blanks(end + 1);
	if (*end == '}' && end[1 + strspn(end + 1, BLANKS)] == '\0')
		return false;
	*member = (dbcsl_row_member){.type = 0};
	if (!read_member(reader, member))
		fail_corrupted(reader->h, "a saved row is not valid JSON");
	reader->begun = true;
	return true;
}

/* ---- strings ---- */

/* The value of four hexadecimal digits; 0 if they are none. */
static unsigned
read_unit(const char *at, const char *end)
{
	char digits[5] = {0};

	if (end - at < 4)
		return 0;
	memcpy(digits, at, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4
			   ? (unsigned) strtoul(digits, NULL, 16)
			   : 0;
}

/* Writes a character as UTF-8; returns the number of bytes. */
static size_t
encode(unsigned code, char bytes[4])
{
	static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = length; i-- > 1; code >>= 6)
		bytes[i] = (char) (0x80 | (code & 0x3f));
	bytes[0] = (char) (marks[length == 1 ? 0 : length] | code);
	return length;
}

/* Reads the character at *at, escaped or not; returns the number of bytes. */
static size_t
decode(const char **at, const char *end, char bytes[4])
{
	static const char letters[] = "bfnrt";
	static const char controls[] = "\b\f\n\r\t";
	const char *letter;
	unsigned code;
	unsigned low;

	bytes[0] = *(*at)++;
	if (bytes[0] != '\\' || *at == end)
		return 1;
	bytes[0] = *(*at)++;
	letter = strchr(letters, bytes[0]);
	if (letter && *letter)
		bytes[0] = controls[letter - letters];
	code = bytes[0] == 'u' ? read_unit(*at, end) : 0;
	if (code == 0)
		return 1;
	*at += 4;
	low = code >> 10 == 0x36 && end - *at >= 6 && (*at)[0] == '\\' &&
				  (*at)[1] == 'u'
			  ? read_unit(*at + 2, end)
			  : 0;
	if (low >> 10 == 0x37)
	{
		code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
		*at += 6;
	}
	return encode(code, bytes);
}

/* The length of a string up to its first escape. */
static size_t
plain_length(const dbcsl_row_string *string)
{
	const char *escape = memchr(string->text, '\\', string->length);

	return escape ? (size_t) (escape - string->text) : string->length;
}

bool
dbcsl_row_is_text(const dbcsl_row_string *string, const char *text,
				  size_t length)
{
	const char *end = string->text + string->length;
	size_t plain = plain_length(string);
	const char *at = string->text + plain;

	if (plain > length || memcmp(string->text, text, plain) != 0)
		return false;
	while (at < end)
	{
		char bytes[4];
		size_t count = decode(&at, end, bytes);

		if (count > length - plain || memcmp(bytes, text + plain, count) != 0)
			return false;
		plain += count;
	}
	return plain == length;
}

bool
dbcsl_row_is_tag(const dbcsl_row_string *tag, const char *text)
{
	return dbcsl_row_is_text(tag, text, strlen(text));
}

static char
digit_of(unsigned value)
{
	return (char) (value < 10 ? '0' + value : 'a' + value - 10);
}

bool
dbcsl_row_is_hex(const dbcsl_row_string *string, const unsigned char *bytes,
				 size_t length)
{
	if (string->length != 2 * length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (string->text[2 * i] != digit_of(bytes[i] >> 4) ||
			string->text[2 * i + 1] != digit_of(bytes[i] & 0xf))
			return false;
	return true;
}

double
dbcsl_row_real(const dbcsl_row_string *string)
{
	char copy[MOST_NUMBER];
	double real;

	/* infinite numbers are no literals */
	if (!copy_number(string, copy) || !dbc_parse_real(copy, &real))
		return string->length > 0 && string->text[0] == '-' ? -HUGE_VAL
															: HUGE_VAL;
	return real;
}

/* ---- binding ---- */

static char *
allocate(dbcsl_host *h, size_t size)
{
	char *bytes = sqlite3_malloc64(size + 1);

	if (!bytes)
		dbcsl_fail_memory(h);
	return bytes;
}

static int
bind_string(dbcsl_host *h, const dbcsl_row_string *string,
			sqlite3_stmt *statement, int parameter)
{
	const char *end = string->text + string->length;
	size_t length = plain_length(string);
	const char *at = string->text + length;
	char *bytes;

	if (at == end)
		return sqlite3_bind_text64(statement, parameter, string->text, length,
								   SQLITE_STATIC, SQLITE_UTF8);
	bytes = allocate(h, string->length);
	memcpy(bytes, string->text, length);
	while (at < end)
	{
		char character[4];
		size_t count = decode(&at, end, character);

		/* no longer than it was written */
		memcpy(bytes + length, character, count);
		length += count;
	}
	return sqlite3_bind_text64(statement, parameter, bytes, length,
							   sqlite3_free, SQLITE_UTF8);
}

/* The value of a hexadecimal digit; -1 for another character. */
static int
value_of(char c)
{
	return c >= '0' && c <= '9'	  ? c - '0'
		   : c >= 'a' && c <= 'f' ? c - 'a' + 10
								  : -1;
}

/* Whether a string is hexadecimal digits of bytes. */
static bool
are_digits(const dbcsl_row_string *string)
{
	for (size_t i = 0; i < string->length; i++)
		if (value_of(string->text[i]) < 0)
			return false;
	return string->length % 2 == 0;
}

static int
bind_object(dbcsl_host *h, const dbcsl_row_member *member,
			sqlite3_stmt *statement, int parameter)
{
	const dbcsl_row_string *text = &member->text;
	bool is_blob = dbcsl_row_is_tag(&member->tag, "blob");
	size_t length = text->length / 2;
	char *bytes;

	if (dbcsl_row_is_tag(&member->tag, "real"))
		return sqlite3_bind_double(statement, parameter, dbcsl_row_real(text));
	if (!(is_blob || dbcsl_row_is_tag(&member->tag, "text")) ||
		!are_digits(text))
		fail_corrupted(h, "a value of a saved row is of an unknown type");
	bytes = allocate(h, length);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char) (value_of(text->text[2 * i]) << 4 |
						   value_of(text->text[2 * i + 1]));
	return is_blob ? sqlite3_bind_blob64(statement, parameter, bytes, length,
										 sqlite3_free)
				   : sqlite3_bind_text64(statement, parameter, bytes, length,
										 sqlite3_free, SQLITE_UTF8);
}

void
dbcsl_row_bind_member(dbcsl_host *h, const dbcsl_row_member *member,
					  sqlite3_stmt *statement, int parameter)
{
	int code = SQLITE_OK;

	switch (member->type)
	{
		case SQLITE_NULL:
			code = sqlite3_bind_null(statement, parameter);
			break;
		case SQLITE_INTEGER:
			code = sqlite3_bind_int64(statement, parameter, member->integer);
			break;
		case SQLITE_FLOAT:
			code = sqlite3_bind_double(statement, parameter, member->real);
			break;
		case SQLITE_TEXT:
			code = bind_string(h, &member->text, statement, parameter);
			break;
		default:
			code = bind_object(h, member, statement, parameter);
	}
	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
}
