/*
 * keeps.h
 *	  Which embedded statements have results that a session may keep.
 */
#ifndef DBC_TOOLS_KEEPS_H
#define DBC_TOOLS_KEEPS_H

/*
 * Why the result of a statement for PostgreSQL depends on more than its
 * parameters, the current user, and catalogs whose changes each session learns
 * of; NULL if it does not.  Sets *word to what is wrong.
 */
extern const char *find_unkept(const char *text, char word[64]);

#endif /* DBC_TOOLS_KEEPS_H */
