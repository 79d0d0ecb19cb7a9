/*
 * sample.h
 *	  Declarations of the files that take measurements.
 */
#ifndef DBCPG_SAMPLE_SAMPLE_H
#define DBCPG_SAMPLE_SAMPLE_H

#include "common/sample/host.h"

/* ---- sample/facts.c ---- */

extern void dbcpg_sample_read_facts(dbc_host *base, dbc_facts *facts);

/* ---- sample/server.c ---- */

extern void dbcpg_sample_read_server(dbc_host *host, dbc_server *server);

/* ---- sample/statements.c ---- */

/* Whether pg_stat_statements is installed and loaded. */
extern bool dbcpg_sample_has_statements(dbc_host *host);

/* Statement statistics; see common/sample/host.h. */
extern const dbc_sample_statement_stats *
dbcpg_sample_read_statements(dbc_host *host, int *nstats, const char **missing);

#endif /* DBCPG_SAMPLE_SAMPLE_H */
