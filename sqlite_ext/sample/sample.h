/*
 * sample.h
 *	  Declarations of the files that take measurements.
 */
#ifndef DBCSL_SAMPLE_SAMPLE_H
#define DBCSL_SAMPLE_SAMPLE_H

#include "common/sample/host.h"

/* ---- sample/facts.c ---- */

extern void dbcsl_sample_read_facts(dbc_host *host, dbc_facts *facts);

#endif /* DBCSL_SAMPLE_SAMPLE_H */
