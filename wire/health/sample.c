/*
 * sample.c
 *	  Pages of relations, which only the extension reads, and last values of
 *	  sequences.
 */
#include "wire/core/rooms.h"

#include <string.h>

#include "common/core/json_write.h"
#include "common/health/host.h"

/* Columns of health/last_values.sql. */
enum
{
	V_SEQUENCE,
	V_READABLE,
	V_LAST
};

static void
sample_pages(dbc_host *host, const char *whole, int64_t npages,
			 dbc_page_sample *sample)
{
	(void) host;
	(void) whole;
	(void) npages;
	sample->reason = "only the extension can read pages";
}

static void
last_values(dbc_host *host, dbc_sequence *sequences, int n)
{
	dbc_json_node *wanted = dbc_json_array(host);
	const dbc_rows *rows;
	int row = 0;

	for (int i = 0; i < n; i++)
		dbc_json_push_text(wanted, sequences[i].sequence);
	rows =
		dbc_query(host, "health/last_values", dbc_text(dbc_json_text(wanted)));
	for (int i = 0; i < n; i++)
	{
		/* rows are in order of OIDs, as are most lists */
		int tried = 0;

		for (; tried < rows->nrows &&
			   strcmp(dbc_get_text(host, rows, row, V_SEQUENCE),
					  sequences[i].sequence) != 0;
			 tried++)
			row = row + 1 < rows->nrows ? row + 1 : 0;
		if (tried == rows->nrows)
			sequences[i].reason = "the sequence has just been dropped";
		else if (!dbc_get_bool(host, rows, row, V_READABLE))
			sequences[i].reason = "you may not read the sequence";
		else if (!dbc_is_null(host, rows, row, V_LAST))
		{
			sequences[i].is_used = true;
			sequences[i].last_value = dbc_get_int(host, rows, row, V_LAST);
		}
	}
}

const dbc_health_host dbcw_health_host = {
	.sample_pages = sample_pages,
	.last_values = last_values,
};
