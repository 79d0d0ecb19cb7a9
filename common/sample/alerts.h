/*
 * alerts.h
 *	  Reading stored alerts.
 */
#ifndef DBC_SAMPLE_ALERTS_H
#define DBC_SAMPLE_ALERTS_H

#include "common/core/json_write.h"

/* The default limit of alerts. */
#define DBC_ALERTS_LIMIT 1000

/* Columns of sample/sql/alerts.sql. */
enum
{
	DBC_ALERT_ID,
	DBC_ALERT_NAME,
	DBC_ALERT_SEVERITY,
	DBC_ALERT_OBJECT,
	DBC_ALERT_VALUE,
	DBC_ALERT_THRESHOLD,
	DBC_ALERT_MESSAGE,
	DBC_ALERT_RAISED_AT,
	DBC_ALERT_ACKED_AT,
	DBC_ALERT_ACKED_BY,
	DBC_ALERT_NOTE,
	DBC_ALERT_CLEARED_AT
};

/* The raised alerts, with history also cleared ones, as rows of
 * sample/sql/alerts.sql whose types are proven; none without tables. */
extern const dbc_rows *dbc_sample_query_alerts(dbc_host *host, bool history,
											   int64_t limit);

/* The raised alerts as an array. */
extern dbc_json_node *dbc_sample_alerts_json(dbc_host *host);

#endif /* DBC_SAMPLE_ALERTS_H */
