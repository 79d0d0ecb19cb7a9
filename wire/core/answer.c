/*
 * answer.c
 *	  Cells of an answer.
 */
#include "wire/core/answer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
dbcw_answer_has(const PGresult *answer, int row, int column)
{
	return row >= 0 && row < dbcw_pq.PQntuples(answer) && column >= 0 &&
		   column < dbcw_pq.PQnfields(answer);
}

const char *
dbcw_answer_text(const PGresult *answer, int row, int column)
{
	return dbcw_answer_has(answer, row, column) &&
				   !dbcw_pq.PQgetisnull(answer, row, column)
			   ? dbcw_pq.PQgetvalue(answer, row, column)
			   : NULL;
}

const char *
dbcw_answer_bytes(const PGresult *answer, int row, int column, int *length)
{
	const char *bytes = dbcw_answer_text(answer, row, column);

	*length = bytes ? dbcw_pq.PQgetlength(answer, row, column) : 0;
	return bytes;
}

bool
dbcw_read_number(const char *text, long long *number)
{
	char *end;

	/* strtoll() skips blanks, and takes a plus sign */
	if (!text || !strchr("-0123456789", *text))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return end > text && *end == '\0' && errno == 0;
}

bool
dbcw_answer_number(const PGresult *answer, int row, int column,
				   long long *number)
{
	return dbcw_read_number(dbcw_answer_text(answer, row, column), number);
}
