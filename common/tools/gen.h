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

/* Reads a file. */
extern char *gen_read(const char *path);

/* Print the beginning and the end of a block that takes from others what ALTER
 * DEFAULT PRIVILEGES has granted on routines; between them which ones, as joins
 * and conditions about p of pg_proc. */
extern void gen_begin_revoking(void);
extern void gen_end_revoking(void);

/* Prints the script that updates the extension from one install script to
 * another. */
extern void gen_upgrade(const char *from, const char *to);

/* Rewrites the generated parts of pages of the manual. */
extern void gen_reference(char *const *paths, int npaths);

#endif /* DBC_TOOLS_GEN_H */
