/*
 * libpq.h
 *	  PostgreSQL's client library, which is loaded when it is needed.
 */
#ifndef DBCW_CORE_LIBPQ_H
#define DBCW_CORE_LIBPQ_H

#include <stdbool.h>

#include <libpq-fe.h>

/* Not the functions of libpq, which nothing is linked with: pointers to them.
 */
typedef struct dbcw_libpq
{
#define DBCW_LIBPQ(result, name, arguments) result(*name) arguments;
#include "wire/core/libpq.def"
#undef DBCW_LIBPQ
} dbcw_libpq;

extern dbcw_libpq dbcw_pq;

/* Why the library cannot be used. */
typedef struct dbcw_load_error
{
	const char *message;
	const char *detail; /* or NULL */
	const char *hint;
} dbcw_load_error;

/* Loads the library, once per process. */
extern bool dbcw_load_libpq(dbcw_load_error *error);

#endif /* DBCW_CORE_LIBPQ_H */
