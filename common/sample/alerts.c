/*
 * alerts.c
 *	  Reading stored alerts.
 */
#include "common/sample/alerts.h"

#include "common/sample/sample.h"

/* Types of the columns for dbc_get_row(). */
#define ALERT_SHAPE "ittt..ttTTTT"

const dbc_rows *
dbc_sample_query_alerts(dbc_host *host, bool history, int64_t limit)
{
	static const dbc_rows none = {0};
	const dbc_rows *rows;

	if (!dbc_sample_has_tables(host))
		return &none;
	rows = dbc_query(host, "sample/alerts", dbc_bool(history), dbc_int(limit));
	for (int i = 0; i < rows->nrows; i++)
		(void) dbc_get_row(host, rows, i, ALERT_SHAPE);
	return rows;
}

dbc_json_node *
dbc_sample_alerts_json(dbc_host *host)
{
	static const char *const keys[] = {
		"alert_id", "alert",	 "severity", "object",	 "value", "threshold",
		"message",	"raised_at", "acked_at", "acked_by", "note"};
	const dbc_rows *rows =
		dbc_sample_query_alerts(host, false, DBC_ALERTS_LIMIT);
	dbc_json_node *node = dbc_json_array(host);

	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_json_node *alert = dbc_json_object(host);

		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			dbc_json_put_cell(alert, keys[k], rows, i, (int) k);
		dbc_json_push(node, alert);
	}
	return node;
}
