/*
 * arguments.h
 *	  Errors for invalid arguments, with the same text on both engines.
 */
#ifndef DBC_CORE_ARGUMENTS_H
#define DBC_CORE_ARGUMENTS_H

#include "common/core/host.h"

/* Raises an error for a number given as a version; number is its text. */
extern _Noreturn void dbc_refuse_number(dbc_host *host, const char *number);

/* Raises an error for a null argument of the running function. */
extern _Noreturn void dbc_refuse_null(dbc_host *host, const char *argument);

/* Fails if the running function is one of the other engine. */
extern void dbc_refuse_missing(dbc_host *host);

#endif /* DBC_CORE_ARGUMENTS_H */
