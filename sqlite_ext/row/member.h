/*
 * member.h
 *	  The members of a saved row, read where they are.
 */
#ifndef DBCSL_ROW_MEMBER_H
#define DBCSL_ROW_MEMBER_H

#include "sqlite_ext/core/host.h"

#include "common/core/text.h"

/* Bytes of a document, without quotation marks. */
typedef struct dbcsl_row_string
{
	const char *text;
	size_t length;
} dbcsl_row_string;

typedef struct dbcsl_row_member
{
	dbcsl_row_string name;
	int type; /* of SQLite; 0: there is none.  SQLITE_BLOB: an object, whose only
				 member is */
	dbcsl_row_string tag;
	dbcsl_row_string text; /* of it, a string or a number */
	int64_t integer;
	double real;
} dbcsl_row_member;

/* A saved row that is read. */
typedef struct dbcsl_row_reader
{
	dbcsl_host *h;
	const char *at; /* set to the document at first */
	bool begun;
} dbcsl_row_reader;

/* Reads the next member; false if there is none.  Fails if the text is no saved
 * row. */
extern bool dbcsl_row_next_member(dbcsl_row_reader *reader,
								  dbcsl_row_member *member);

/* Whether a string is this text, or one with these bytes. */
extern bool dbcsl_row_is_text(const dbcsl_row_string *string, const char *text,
							  size_t length);

/* Whether a string is the hexadecimal digits of bytes. */
extern bool dbcsl_row_is_hex(const dbcsl_row_string *string,
							 const unsigned char *bytes, size_t length);

/* Whether a string of an object has this text. */
extern bool dbcsl_row_is_tag(const dbcsl_row_string *tag, const char *text);

/* The number of an object {"real": ...}. */
extern double dbcsl_row_real(const dbcsl_row_string *string);

/* Binds the value of a member.  Its document must be valid until the statement
 * has been run. */
extern void dbcsl_row_bind_member(dbcsl_host *h, const dbcsl_row_member *member,
								  sqlite3_stmt *statement, int parameter);

#endif /* DBCSL_ROW_MEMBER_H */
