/*
 * gen.h
 *	  Functions that the files of gen share.
 */
#ifndef DBC_TOOLS_GEN_H
#define DBC_TOOLS_GEN_H

#include "common/core/dbc.h"

/* Ends the build with a message. */
extern _Noreturn void gen_die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Prints text with escape before each special character of it. */
extern void gen_print_escaped(const char *text, char special, char escape);

/* Rewrites the marked parts of pages of the manual. */
extern void gen_reference(char *const *paths, int npaths);

#endif /* DBC_TOOLS_GEN_H */
