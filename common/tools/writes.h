/*
 * writes.h
 *	  Which embedded statements write dbcare's tables.
 */
#ifndef DBC_TOOLS_WRITES_H
#define DBC_TOOLS_WRITES_H

#include <stdbool.h>

/*
 * Whether a statement for PostgreSQL writes or locks rows of dbcare's tables;
 * it then runs as the owner of these tables, as does one that is_read_as_owner.
 * Sets *problem to why that would not be safe, or to NULL, and *word to what is
 * wrong.
 */
extern bool writes_own_tables(const char *text, bool is_read_as_owner,
							  const char **problem, char word[64]);

#endif /* DBC_TOOLS_WRITES_H */
