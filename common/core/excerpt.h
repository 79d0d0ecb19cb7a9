/*
 * excerpt.h
 *	  The lines of a script around an error.
 */
#ifndef DBC_CORE_EXCERPT_H
#define DBC_CORE_EXCERPT_H

#include "common/core/host.h"

/*
 * The line of an error, with a caret below its place, and the lines around it;
 * NULL if they are unknown.  column counts characters from 1: from the start of
 * the line, or in the first line of a statement from the start of that; 0 is
 * the start of the statement.
 */
extern const char *dbc_excerpt(dbc_host *host, const dbc_script *script,
							   int statement_no, int line, int column);

/* The character of a position within its line, from 1. */
extern int dbc_column_of(const char *text, const char *position);

#endif /* DBC_CORE_EXCERPT_H */
