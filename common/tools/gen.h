/*
 * gen.h
 *	  Functions shared by the files of gen.
 */
#ifndef DBC_TOOLS_GEN_H
#define DBC_TOOLS_GEN_H

#include "common/core/dbc.h"

/* Prints a message and exits. */
extern _Noreturn void gen_die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Prints text with escape before each special character. */
extern void gen_print_escaped(const char *text, char special, char escape);

/* Rewrites the generated parts of pages of the manual. */
extern void gen_reference(char *const *paths, int npaths);

#endif /* DBC_TOOLS_GEN_H */
