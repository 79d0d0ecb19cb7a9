/*
 * reader.h
 *	  Reading the values of a result.
 *
 * Values in a database are untrusted, and on SQLite an application can override
 * functions and hide columns, so every value is checked before use.  Each
 * function returns a valid value, or fails with an error that names the
 * statement, the column and the value.
 */
#ifndef DBC_CORE_READER_H
#define DBC_CORE_READER_H

#include "common/core/dbc.h"

extern bool dbc_is_null(dbc_host *host, const dbc_rows *rows, int row, int col);

/* Text; the second function returns NULL for a null. */
extern const char *dbc_get_text(dbc_host *host, const dbc_rows *rows, int row,
								int col);
extern const char *dbc_get_text_or_null(dbc_host *host, const dbc_rows *rows,
										int row, int col);

/* Text that is one of words, ended by NULL. */
extern const char *dbc_get_word(dbc_host *host, const dbc_rows *rows, int row,
								int col, const char *const *words);

/* JSON text; the second function returns NULL for a null. */
extern const char *dbc_get_json(dbc_host *host, const dbc_rows *rows, int row,
								int col);
extern const char *dbc_get_json_or_null(dbc_host *host, const dbc_rows *rows,
										int row, int col);

/* A boolean; on SQLite 0 or 1. */
extern bool dbc_get_bool(dbc_host *host, const dbc_rows *rows, int row,
						 int col);

/* An integer; the second function returns a default for a null. */
extern int64_t dbc_get_int(dbc_host *host, const dbc_rows *rows, int row,
						   int col);
extern int64_t dbc_get_int_or(dbc_host *host, const dbc_rows *rows, int row,
							  int col, int64_t null);

/* An integer from 0 to INT_MAX, such as a count or a line number. */
extern int dbc_get_count(dbc_host *host, const dbc_rows *rows, int row,
						 int col);

/* A finite number; the second function returns NaN for a null. */
extern double dbc_get_real(dbc_host *host, const dbc_rows *rows, int row,
						   int col);
extern double dbc_get_real_or_nan(dbc_host *host, const dbc_rows *rows, int row,
								  int col);

/* A time stored as ISO 8601 text, in milliseconds since 1970. */
extern int64_t dbc_get_time(dbc_host *host, const dbc_rows *rows, int row,
							int col);

/* A row whose values have the types of a shape, one letter per column: t text,
 * j JSON, b boolean, i integer, r finite number; a capital letter allows null,
 * a dot any value. */
extern const dbc_value *dbc_get_row(dbc_host *host, const dbc_rows *rows,
									int row, const char *shape);

/* Why a row does not have such a shape, as part of a sentence; NULL if it
 * does. */
extern const char *dbc_describe_mismatch(dbc_host *host, const dbc_rows *rows,
										 int row, const char *shape);

/* A value of any type. */
extern dbc_value dbc_get_value(dbc_host *host, const dbc_rows *rows, int row,
							   int col);

/* Emits a row; fails if a value is not of the type that its column has. */
extern void dbc_emit_row(dbc_host *host, const dbc_rows *rows, int row);

#endif /* DBC_CORE_READER_H */
