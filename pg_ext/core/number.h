/*
 * number.h
 *	  Numbers of rows of dbcare's tables.
 */
#ifndef DBCPG_CORE_NUMBER_H
#define DBCPG_CORE_NUMBER_H

#include "pg_ext/core/compat.h"

/* The next number of a sequence of dbcare.  lastval() and currval() of the
 * session stay: rows of dbcare are also written by the statements of users. */
extern int64 dbcpg_next_number(Oid sequence);

/* The same for the sequence with a name in schema dbcare. */
extern int64 dbcpg_next_number_of(const char *sequence);

#endif /* DBCPG_CORE_NUMBER_H */
