/*
 * answer.h
 *	  Cells of an answer.  A server may answer anything: what is asked for may
 *	  be missing, null, or no number.
 */
#ifndef DBCW_CORE_ANSWER_H
#define DBCW_CORE_ANSWER_H

#include "wire/core/libpq.h"

extern bool dbcw_answer_has(const PGresult *answer, int row, int column);

/* The text of a cell, which is that of the answer; NULL if it is null, or there
 * is none. */
extern const char *dbcw_answer_text(const PGresult *answer, int row,
									int column);

/* The same of one in the binary format, with its length. */
extern const char *dbcw_answer_bytes(const PGresult *answer, int row,
									 int column, int *length);

/* A whole number; false if the cell has none. */
extern bool dbcw_answer_number(const PGresult *answer, int row, int column,
							   long long *number);

/* The same of text. */
extern bool dbcw_read_number(const char *text, long long *number);

#endif /* DBCW_CORE_ANSWER_H */
