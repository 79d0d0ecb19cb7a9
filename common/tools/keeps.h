/*
 * keeps.h
 *	  Which embedded statements have results that a session may keep.
 */
#ifndef DBC_TOOLS_KEEPS_H
#define DBC_TOOLS_KEEPS_H

#include <stdbool.h>

/*
 * Why the result of a statement depends on more than its parameters, and for
 * PostgreSQL the current user and catalogs whose changes each session learns of,
 * for SQLite the schema of main; NULL if it does not.  Sets *word to what is
 * wrong.
 */
extern const char *find_unkept(const char *text, bool on_sqlite, char word[64]);

#endif /* DBC_TOOLS_KEEPS_H */
