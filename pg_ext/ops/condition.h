/*
 * condition.h
 *	  Conditions about a column; see common/ops/host.h.  Also for a connection.
 */
#ifndef DBCPG_OPS_CONDITION_H
#define DBCPG_OPS_CONDITION_H

#include "common/ops/host.h"

extern dbc_ops_condition
dbcpg_ops_test(dbc_host *host, const dbc_ops_column *column, dbc_ops_test test);

/* The condition of a full-text index: of a column that is a tsvector
 * (configuration is NULL), or of to_tsvector(configuration, column), with the
 * OID of the configuration. */
extern const dbc_ops_condition *dbcpg_ops_words(dbc_host *host,
												const dbc_ops_column *column,
												const char *configuration);

/* A query of the text of a JSON array or object, $1, as a value of a column. */
extern const char *dbcpg_ops_document_sql(dbc_host *host,
										  const dbc_ops_column *column);

#endif /* DBCPG_OPS_CONDITION_H */
