/*
 * verify_key.c
 *	  Keys and sets of keys.
 *
 * Two keys must be the same number exactly if SQLite calls them equal: values
 * are first converted by the affinity of the column they are compared with,
 * then distinguished by their storage class, where a whole real is an integer,
 * and text by its collation.
 */
#include "sqlite_ext/check/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ---- */

/* Allocates zeroed memory for a set; NULL if there is none. */
static void *
get_memory(dbc_check_memory_pool *pool, size_t size)
{
	void *memory = sqlite3_malloc64(size);

	(void) pool;
	return memory ? memset(memory, 0, size) : NULL;
}

static void
put_memory(dbc_check_memory_pool *pool, void *memory)
{
	(void) pool;
	sqlite3_free(memory);
}

void
dbcsl_check_open_memory_pool(dbcsl_host *h, dbcsl_check_memory_pool *pool,
							 int64_t memory)
{
	const dbc_rows *rows = dbc_query(&h->base, "check/collations");

	pool->base.get = get_memory;
	pool->base.put = put_memory;
	pool->base.room = (size_t) memory;
	sqlite3_randomness(sizeof(pool->base.seed), &pool->base.seed);
	/* an application can register its own collations by these names */
	pool->nocase_is_foreign = !dbc_get_bool(&h->base, rows, 0, 0);
	pool->rtrim_is_foreign = !dbc_get_bool(&h->base, rows, 0, 1);
	pool->ends_at_nul = dbc_get_bool(&h->base, rows, 0, 2);
}

dbcsl_check_key_part
dbcsl_check_make_key_part(const dbcsl_check_memory_pool *pool,
						  dbcsl_check_affinity affinity, const char *collation)
{
	dbcsl_check_key_part part = {affinity, DBCSL_FOREIGN, collation,
								 pool->ends_at_nul};

	if (sqlite3_stricmp(collation, "binary") == 0)
		part.collation = DBCSL_BINARY;
	else if (sqlite3_stricmp(collation, "nocase") == 0 &&
			 !pool->nocase_is_foreign)
		part.collation = DBCSL_NOCASE;
	else if (sqlite3_stricmp(collation, "rtrim") == 0 &&
			 !pool->rtrim_is_foreign)
		part.collation = DBCSL_RTRIM;
	return part;
}

bool
dbcsl_check_can_fingerprint(const dbcsl_check_key_part *parts, int nparts)
{
	for (int i = 0; i < nparts; i++)
		if (parts[i].collation == DBCSL_FOREIGN)
			return false;
	return true;
}

/* Skips characters of a set. */
static const char *
skip(const char *text, const char *set)
{
	return text + strspn(text, set);
}

/* Skips a number; NULL if there is none. *whole is set if it has only
 * digits. */
static const char *
skip_number(const char *text, bool *whole)
{
	static const char digits[] = "0123456789";
	const char *start = text + (*text == '+' || *text == '-');
	const char *end = skip(start, digits);
	bool point = *end == '.';

	if (point)
		end = skip(end + 1, digits);
	if (end == start + point)
		return NULL;
	*whole = !point;
	if (*end != 'e' && *end != 'E')
		return end;
	*whole = false;
	start = end + 1;
	start += *start == '+' || *start == '-';
	end = skip(start, digits);
	return end > start ? end : NULL;
}

/*
 * The type that numeric affinity gives a text; SQLITE_TEXT if it is not a
 * number.
 *
 * sqlite3_value_numeric_type() would change the value, and SQLite 3.53 crashes
 * on a copy of it, which belongs to no connection.
 */
static int
type_of_text(sqlite3_value *value, bool ends_at_nul, bool *failed)
{
	static const char spaces[] = " \t\n\v\f\r";
	const char *text = (const char *) sqlite3_value_text(value);
	bool whole = false;
	bool to_end;
	const char *end;

	*failed = !text;
	end = text ? skip_number(skip(text, spaces), &whole) : NULL;
	if (!end)
		return SQLITE_TEXT;
	end = skip(end, spaces);
	to_end = end == text + sqlite3_value_bytes(value);
	if (!to_end && (!ends_at_nul || *end != '\0'))
		return SQLITE_TEXT;
	/* SQLite reads a number before a NUL as a real one */
	whole = whole && to_end;
	errno = 0;
	if (whole)
		(void) strtoll(text, NULL, 10);
	return whole && errno == 0 ? SQLITE_INTEGER : SQLITE_FLOAT;
}

bool
dbcsl_check_is_numeric(const dbcsl_check_memory_pool *pool,
					   sqlite3_value *value, bool *failed)
{
	return type_of_text(value, pool->ends_at_nul, failed) != SQLITE_TEXT;
}

/* Adds text to a fingerprint ignoring case.  As for NOCASE, the text ends at a
 * NUL, but its length counts. */
static uint64_t
add_folded(uint64_t print, const char *text, size_t length)
{
	size_t end = strnlen(text, length);
	char piece[128];
	size_t i;

	for (size_t at = 0; at < end; at += i)
	{
		for (i = 0; i < sizeof(piece) && at + i < end; i++)
			piece[i] = (char) (text[at + i] >= 'A' && text[at + i] <= 'Z'
								   ? text[at + i] | 0x20
								   : text[at + i]);
		print = dbc_check_key_fingerprint(print, piece, i);
	}
	return dbc_check_key_fingerprint(print, &length, sizeof(length));
}

/* Adds text to a fingerprint by its collation; false if out of memory. */
static bool
add_text(uint64_t *print, dbcsl_check_collation collation, sqlite3_value *value)
{
	const char *text = (const char *) sqlite3_value_text(value);
	size_t length = (size_t) sqlite3_value_bytes(value);

	if (!text)
		return false;
	if (collation == DBCSL_RTRIM)
		while (length > 0 && text[length - 1] == ' ')
			length--;
	*print = collation == DBCSL_NOCASE
				 ? add_folded(*print, text, length)
				 : dbc_check_key_fingerprint(*print, text, length);
	return true;
}

/* A value converted for comparison. */
typedef struct plain
{
	int type;
	sqlite3_int64 integer; /* for SQLITE_INTEGER */
	double real;		   /* for SQLITE_FLOAT */
	sqlite3_value *value;  /* for all other types */
} plain;

/* Converts a value for comparison; false if out of memory.  Reading a number as
 * text does not change its type. */
static bool
make_plain(const dbcsl_check_key_part *part, sqlite3_value *value, plain *p)
{
	bool failed = false;

	*p = (plain){.type = sqlite3_value_type(value), .value = value};
	if (part->affinity == DBCSL_TO_NUMBER && p->type == SQLITE_TEXT)
		p->type = type_of_text(value, part->ends_at_nul, &failed);
	else if (part->affinity == DBCSL_TO_TEXT &&
			 (p->type == SQLITE_INTEGER || p->type == SQLITE_FLOAT))
		p->type = SQLITE_TEXT;
	if (p->type == SQLITE_INTEGER)
		p->integer = sqlite3_value_int64(value);
	if (p->type != SQLITE_FLOAT)
		return !failed;
	p->real = sqlite3_value_double(value);
	if (p->real >= -9223372036854775808.0 && p->real < 9223372036854775808.0 &&
		(double) (sqlite3_int64) p->real == p->real)
	{
		p->type = SQLITE_INTEGER;
		p->integer = (sqlite3_int64) p->real;
	}
	return true;
}

/* Adds a value to a fingerprint; false if out of memory. */
static bool
add_plain(uint64_t *print, dbcsl_check_collation collation, const plain *p)
{
	uint64_t class = *print + (uint64_t) p->type;
	const void *blob;
	size_t length;

	switch (p->type)
	{
		case SQLITE_INTEGER:
			*print = dbc_check_key_fingerprint(class, &p->integer,
											   sizeof(p->integer));
			return true;
		case SQLITE_FLOAT:
			*print =
				dbc_check_key_fingerprint(class, &p->real, sizeof(p->real));
			return true;
		case SQLITE_TEXT:
			*print = class;
			return add_text(print, collation, p->value);
	}
	blob = sqlite3_value_blob(p->value);
	length = (size_t) sqlite3_value_bytes(p->value);
	if (!blob && length > 0)
		return false;
	*print = dbc_check_key_fingerprint(class, blob, length);
	return true;
}

/* Computes the key whose parts are the values at places. */
dbcsl_check_key_kind
dbcsl_check_read_key(uint64_t seed, const dbcsl_check_key_part *parts,
					 int nparts, sqlite3_value **values, const int *places,
					 uint64_t *key)
{
	bool done = true;

	for (int i = 0; i < nparts; i++)
		if (sqlite3_value_type(values[places[i]]) == SQLITE_NULL)
			return DBCSL_KEY_NULL;
	*key = seed;
	for (int i = 0; i < nparts && done; i++)
	{
		plain p;

		done = make_plain(&parts[i], values[places[i]], &p);
		if (done && nparts == 1 && p.type == SQLITE_INTEGER)
		{
			*key = (uint64_t) p.integer;
			return DBCSL_KEY_INTEGER;
		}
		done = done && add_plain(key, parts[i].collation, &p);
	}
	return done ? DBCSL_KEY_OTHER : DBCSL_KEY_FAILED;
}

/* ---- sets ---- */

void
dbcsl_check_open_keysets(dbcsl_check_key_sets *keys,
						 dbcsl_check_memory_pool *pool, int64_t low,
						 int64_t high, int64_t nkeys)
{
	dbc_check_keyset_open(&keys->integers, &pool->base, low, high, nkeys);
	dbc_check_keyset_open(&keys->others, &pool->base, 1, 0,
						  keys->integers.bits ? 0 : nkeys);
}

void
dbcsl_check_close_keysets(dbcsl_check_key_sets *keys)
{
	if (keys->integers.pool)
		dbc_check_keyset_close(&keys->integers);
	if (keys->others.pool)
		dbc_check_keyset_close(&keys->others);
}
