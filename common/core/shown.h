/*
 * shown.h
 *	  Text of a database on a line that people read.
 *
 * A name may have line ends, escape sequences and marks that change the
 * direction of text: as they are, they could pass for other lines, or hide what
 * follows.
 */
#ifndef DBC_CORE_SHOWN_H
#define DBC_CORE_SHOWN_H

#include "common/core/text.h"

/* The code point of a character that has so many bytes. */
extern uint32_t dbc_code_point(const char *text, size_t length);

/* Whether a character does something else than to appear. */
extern bool dbc_is_control(uint32_t code);

/* Appends text with such characters as \n, \x1b or \u202e. */
extern void dbc_append_shown(dbc_buffer *buffer, const char *text);

#endif /* DBC_CORE_SHOWN_H */
