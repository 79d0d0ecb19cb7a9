/*
 * sample.h
 *	  Declarations of the files that take measurements.
 */
#ifndef DBCSL_SAMPLE_SAMPLE_H
#define DBCSL_SAMPLE_SAMPLE_H

#include "common/sample/host.h"

/* ---- sample/facts.c ---- */

/* Set by the command before it opens a database. */
extern bool dbcsl_sample_of_command;

extern void dbcsl_sample_read_facts(dbc_host *host, dbc_facts *facts);

#endif /* DBCSL_SAMPLE_SAMPLE_H */
