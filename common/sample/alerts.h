/*
 * alerts.h
 *	  Reading stored alerts.
 */
#ifndef DBC_SAMPLE_ALERTS_H
#define DBC_SAMPLE_ALERTS_H

#include "common/core/json_write.h"

/* The default limit of alerts. */
#define DBC_ALERTS_LIMIT 1000

/* The raised alerts, with history also cleared ones: rows of
 * sample/sql/alerts.sql. */
extern const dbc_rows *dbc_sample_query_alerts(dbc_host *host, bool history,
											   int64_t limit);

/* The raised alerts as an array. */
extern dbc_json_node *dbc_sample_alerts_json(dbc_host *host);

#endif /* DBC_SAMPLE_ALERTS_H */
