/*
 * sql_normal.h
 *	  The text of a statement without its data, and its fingerprint.
 *
 * Needs no host, so that a hook that must not fail can call it.
 */
#ifndef DBC_CORE_SQL_NORMAL_H
#define DBC_CORE_SQL_NORMAL_H

#include "common/core/dbc.h"

/* The maximum length of normalised text; the fingerprint covers all of it. */
#define DBC_NORMAL_TEXT 4096

/* The size of a fingerprint, including the NUL. */
#define DBC_FINGERPRINT 17

typedef struct dbc_normalised_sql
{
	uint64_t hash;					   /* source of the fingerprint */
	char fingerprint[DBC_FINGERPRINT]; /* 16 hexadecimal digits */
	size_t length;					   /* of text */
	char text[DBC_NORMAL_TEXT + 1];	   /* shortened if it is longer */
} dbc_normalised_sql;

/* Normalises SQL of an engine (DBC_ON_*): values, parameters and lists of them
 * become ?, comments are removed, words are in lower case, names keep their
 * quotes, white space is the minimum.  The same statement has the same text on
 * both engines and in pg_stat_statements; but on SQLite a name in double quotes
 * becomes ?, too, wherever it could be a value. */
extern void dbc_normalise_sql(const char *sql, int engine,
							  dbc_normalised_sql *normal);

#endif /* DBC_CORE_SQL_NORMAL_H */
