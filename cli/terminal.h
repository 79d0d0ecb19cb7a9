/*
 * terminal.h
 *	  What is written for a person: colour, width, questions, and text of a
 *	  database made harmless.
 *
 * Text from files and databases may contain escape sequences, which would move
 * the cursor, rename the window or type commands. Nothing of them reaches a
 * terminal: control characters are written as \x1b.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/text.h"

typedef enum cli_colour
{
	CLI_PLAIN,
	CLI_BOLD,
	CLI_DIM,
	CLI_RED,
	CLI_YELLOW,
	CLI_GREEN
} cli_colour;

/* Reads the locale and looks at what the standard streams are. */
extern void cli_terminal_setup(void);

/* Adds no colours from now on. */
extern void cli_without_colour(void);

/* Columns of the terminal at standard output; 0 if that is none. */
extern int cli_width(void);

/* The same of standard error. */
extern int cli_error_width(void);

/* Whether characters beyond ASCII can be shown. */
extern bool cli_unicode(void);

/* Columns that text takes once it is made harmless. */
extern int cli_text_width(const char *text);

/* Columns of the longest word of text. */
extern int cli_longest_word(const char *text);

/* How many bytes of text go on a line of so many columns: up to its end, or to
 * the last blank that has room. */
extern int cli_line_length(const char *text, int width);

/* Adds text as it is shown, at most width columns of it (all if width < 0), the
 * last one an ellipsis if text is longer. Line ends and tabs are kept if lines
 * is true. */
extern void cli_add_shown(cli_text *out, const char *text, int width,
						  bool lines);

/* Begins and ends a colour at standard output. */
extern void cli_add_colour(cli_text *out, cli_colour colour);

/* Writes to standard output, as it is. */
extern void cli_put(const char *text);

/* Writes text of a database to standard output, harmless if that is a
 * terminal. */
extern void cli_put_raw(const char *text);

/* Writes a report for people, which keeps its indentation where its lines do
 * not fit. */
extern void cli_put_report(const char *text);

/* Whether all output could be written; prints why not. */
extern bool cli_output_done(void);

/* Writes a line to standard error. */
extern void cli_note(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* Writes an error to standard error; detail and hint may be NULL. */
extern void cli_complain(const char *message, const char *detail,
						 const char *hint);

/* The same, with where in a script it is; context may be NULL. */
extern void cli_complain_at(const char *message, const char *detail,
							const char *hint, const char *context);

/* Whether a person can answer questions. */
extern bool cli_can_ask(void);

/* Waits for input for some time, without limit if that is negative. False if
 * there is none, or after a signal, also one that came just before. */
extern bool cli_wait_for_input(int milliseconds);

/* A line a person types after a question; NULL at the end of input. */
extern char *cli_ask(const char *question);

/* The same, not shown while it is typed. */
extern char *cli_ask_secret(const char *question);

/* Whether a person says yes; a line without an answer is no. */
extern bool cli_ask_yes(const char *question);

#endif /* CLI_TERMINAL_H */
