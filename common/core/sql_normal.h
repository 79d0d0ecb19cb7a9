/*
 * sql_normal.h
 *	  The text of a statement without its data, and a fingerprint of it.
 *
 * Needs no host, so that a hook that must not fail can call it.
 */
#ifndef DBC_CORE_SQL_NORMAL_H
#define DBC_CORE_SQL_NORMAL_H

#include "common/core/dbc.h"

/* Bytes of normalised text that are kept; the fingerprint is of all of it. */
#define DBC_NORMAL_TEXT 4096

/* Digits of a fingerprint, with the NUL. */
#define DBC_FINGERPRINT 17

typedef struct dbc_normalised_sql
{
	uint64_t hash;					   /* what the fingerprint tells */
	char fingerprint[DBC_FINGERPRINT]; /* 16 hexadecimal digits */
	size_t length;					   /* of text */
	char text[DBC_NORMAL_TEXT + 1];	   /* cut where it is longer */
} dbc_normalised_sql;

/*
 * Normalises SQL of an engine (DBC_ON_*): values, parameters and lists of them
 * become ?, comments go, words are in lower case, names keep their quotes,
 * white space is what the lexemes need.  The same statement is the same text
 * on both engines, and as pg_stat_statements shows it; but on SQLite a name in
 * double quotes becomes ?, too, wherever it could be a value.
 */
extern void dbc_normalise_sql(const char *sql, int engine,
							  dbc_normalised_sql *normal);

#endif /* DBC_CORE_SQL_NORMAL_H */
