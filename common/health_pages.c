/*
 * health_pages.c
 *	  Free space of tables, indexes and files, estimated from random pages.
 */
#include "health_pages.h"

#include <math.h>
#include <string.h>

#include "text.h"

#define PREFIX "pages of "

/* Few pages tell whether half of a table is free; where it is close, more are
 * read, but never so many that reading them takes long. */
#define FEWEST_PAGES 256
#define MOST_PAGES	 4096

/* Whether a probe is one of pages. */
bool
dbc_is_page_probe(const char *probe)
{
	return dbc_starts_with(probe, PREFIX);
}

/* Half the width of the interval that holds the truth in 95 of 100 cases, in
 * percent of the whole. */
static double
margin_of(const dbc_page_sample *sample)
{
	double sampled = (double) sample->sampled;

	if (sample->sampled == 0 || sample->sampled >= sample->pages)
		return 0;
	return 100 * 1.96 * sample->deviation / sqrt(sampled) *
		   sqrt(1 - sampled / (double) sample->pages);
}

/* Whether a sample tells on which side of a threshold the truth is. */
static bool
is_clear_of(const dbc_page_sample *sample, double threshold)
{
	return isnan(threshold) ||
		   fabs(100 * sample->free - threshold) >= margin_of(sample);
}

/* Looks at pages until the thresholds are clear. */
void
dbc_probe_pages(dbc_host *host, const char *probe, double warning,
				double critical, dbc_page_sample *sample)
{
	int64_t npages;

	for (npages = FEWEST_PAGES; npages <= MOST_PAGES; npages *= 2)
	{
		*sample = (dbc_page_sample){0};
		host->sample_pages(host, probe + strlen(PREFIX), npages, sample);
		if (sample->reason ||
			(is_clear_of(sample, warning) && is_clear_of(sample, critical)))
			break;
	}
}

/* The detail of a finding. */
const char *
dbc_describe_pages(dbc_host *host, const dbc_page_sample *sample)
{
	double bytes =
		sample->free * (double) sample->pages * (double) sample->page_bytes;

	if (margin_of(sample) == 0)
		return dbc_format(host, "%.0f bytes", bytes);
	return dbc_format(host, "%.0f bytes, give or take %.1f %%", bytes,
					  margin_of(sample));
}
