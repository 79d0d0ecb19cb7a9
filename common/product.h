/*
 * product.h
 *	  Refusing arguments: what both adapters say in the same words.
 */
#ifndef DBC_PRODUCT_H
#define DBC_PRODUCT_H

#include "host.h"

/* Refuses a number given as a version; number is its text. */
extern _Noreturn void dbc_refuse_number(dbc_host *host, const char *number);

/* Refuses null for an argument of the function being run. */
extern _Noreturn void dbc_refuse_null(dbc_host *host, const char *argument);

#endif /* DBC_PRODUCT_H */
