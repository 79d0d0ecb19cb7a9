/*
 * probe.c
 *	  Probes of health checks that the host measures.
 */
#include "common/health/probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"
#include "common/core/wording.h"

#define PAGES	 "pages of "
#define SEQUENCE "sequence "

/* A small sample tells whether half of a table is free.  Near a threshold more
 * pages are read, up to a limit. */
#define FEWEST_PAGES 256
#define MOST_PAGES	 4096

bool
dbc_health_is_sequence_probe(const char *probe)
{
	return dbc_starts_with(probe, SEQUENCE);
}

bool
dbc_health_is_host_probe(const char *probe)
{
	return dbc_starts_with(probe, PAGES) || dbc_health_is_sequence_probe(probe);
}

/* ---- pages ---- */

/* Half the width of the 95 percent confidence interval, in percent of the
 * whole. */
static double
margin_of(const dbc_page_sample *sample)
{
	double sampled = (double) sample->sampled;

	if (sample->sampled == 0 || sample->sampled >= sample->pages)
		return 0;
	return 100 * 1.96 * sample->deviation / sqrt(sampled) *
		   sqrt(1 - sampled / (double) sample->pages);
}

/* Whether the confidence interval lies on one side of a threshold. */
static bool
is_clear_of(const dbc_page_sample *sample, double threshold)
{
	return isnan(threshold) ||
		   fabs(100 * sample->free - threshold) >= margin_of(sample);
}

/* Describes the free bytes and their confidence interval. */
static const char *
describe_pages(dbc_host *host, const dbc_page_sample *sample)
{
	double bytes =
		sample->free * (double) sample->pages * (double) sample->page_bytes;

	if (margin_of(sample) == 0)
		return dbc_bytes_text(host, bytes);
	return dbc_format(host, "%s, plus or minus %s %%",
					  dbc_bytes_text(host, bytes),
					  dbc_digits_text(host, margin_of(sample)));
}

/* Samples pages until the result is clear for both thresholds. */
static void
measure_pages(dbc_host *host, const char *whole, double warning,
			  double critical, dbc_health_probe_result *measured)
{
	dbc_page_sample sample;

	for (int64_t npages = FEWEST_PAGES; npages <= MOST_PAGES; npages *= 2)
	{
		sample = (dbc_page_sample){0};
		DBC_CALL(host, health, sample_pages)(host, whole, npages, &sample);
		if (sample.reason ||
			(is_clear_of(&sample, warning) && is_clear_of(&sample, critical)))
			break;
	}
	measured->reason = sample.reason;
	measured->value = 100 * sample.free;
	measured->detail = describe_pages(host, &sample);
}

/* ---- sequences ---- */

/* Parses the number after a word of a probe; 0 if a false answer of a server
 * lacks the word. */
static int64_t
number_after(const char *probe, const char *word)
{
	const char *found = strstr(probe, word);

	return found ? strtoll(found + strlen(word), NULL, 10) : 0;
}

dbc_sequence *
dbc_health_read_sequences(dbc_host *host, const dbc_rows *rows, int column)
{
	dbc_sequence *sequences =
		dbc_alloc(host, (size_t) rows->nrows * sizeof(*sequences));
	int n = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *probe = dbc_get_text_or_null(host, rows, i, column);

		if (probe && dbc_health_is_sequence_probe(probe))
			sequences[n++].sequence = probe + strlen(SEQUENCE);
	}
	if (n == 0)
		return NULL;
	DBC_CALL(host, health, last_values)(host, sequences, n);
	return sequences;
}

/* A list of sequences, and their states. */
typedef struct sequence_list
{
	const dbc_rows *rows;
	/* sequences with a probe; NULL: one could not be read */
	const dbc_sequence *read;
} sequence_list;

static void
read_list(dbc_host *host, void *arg)
{
	sequence_list *list = arg;

	list->read = dbc_health_read_sequences(host, list->rows, 1);
}

/* Whether a sequence has reached a threshold, or cannot be read. */
static bool
may_be_near(const dbc_sequence *sequence, double threshold)
{
	dbc_health_probe_result measured;

	dbc_health_probe_sequence(sequence, &measured);
	return measured.reason || measured.value >= threshold;
}

const char *
dbc_health_find_near_sequences(dbc_host *host, double threshold)
{
	sequence_list list = {dbc_query(host, "health/sequences"), NULL};
	dbc_buffer oids;
	dbc_error error;

	if (!dbc_guard(host, read_list, &list, DBC_UNDO, true, &error))
		list.read = NULL;
	dbc_buffer_init(&oids, host);
	dbc_append(&oids, "{0"); /* InvalidOid */
	for (int i = 0; i < list.rows->nrows; i++)
	{
		const char *probe = dbc_get_text_or_null(host, list.rows, i, 1);

		if (list.read && probe && dbc_health_is_sequence_probe(probe) &&
			!may_be_near(list.read++, threshold))
			continue;
		dbc_append(&oids, ",");
		dbc_append(&oids, dbc_get_text(host, list.rows, i, 0));
	}
	dbc_append(&oids, "}");
	return oids.data;
}

void
dbc_health_probe_sequence(const dbc_sequence *sequence,
						  dbc_health_probe_result *measured)
{
	int64_t first = number_after(sequence->sequence, " from ");
	int64_t last = number_after(sequence->sequence, " to ");

	*measured =
		(dbc_health_probe_result){.value = NAN, .reason = sequence->reason};
	if (sequence->is_used && first != last)
		/* the difference of two bigints may overflow */
		measured->value = 100 *
						  ((double) sequence->last_value - (double) first) /
						  ((double) last - (double) first);
}

void
dbc_health_run_probe(dbc_host *host, const char *probe, double warning,
					 double critical, dbc_health_probe_result *measured)
{
	dbc_sequence sequence = {.sequence = probe + strlen(SEQUENCE)};

	*measured = (dbc_health_probe_result){.value = NAN};
	if (dbc_starts_with(probe, PAGES))
	{
		measure_pages(host, probe + strlen(PAGES), warning, critical, measured);
		return;
	}
	DBC_CALL(host, health, last_values)(host, &sequence, 1);
	dbc_health_probe_sequence(&sequence, measured);
}
