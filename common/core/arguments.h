/*
 * arguments.h
 *	  Refusing arguments: what both adapters say in the same words.
 */
#ifndef DBC_CORE_ARGUMENTS_H
#define DBC_CORE_ARGUMENTS_H

#include "common/core/host.h"

/* Refuses a number given as a version; number is its text. */
extern _Noreturn void dbc_refuse_number(dbc_host *host, const char *number);

/* Refuses null for an argument of the function being run. */
extern _Noreturn void dbc_refuse_null(dbc_host *host, const char *argument);

#endif /* DBC_CORE_ARGUMENTS_H */
