/*
 * difference.h
 *	  Rows that differ between a table and a file.
 */
#ifndef DBC_SYNC_DIFFERENCE_H
#define DBC_SYNC_DIFFERENCE_H

#include "common/sync/file.h"

typedef enum dbc_sync_side
{
	DBC_SYNC_ONLY_HERE,
	DBC_SYNC_ONLY_THERE,
	DBC_SYNC_DIFFERENT,
	DBC_SYNC_SIDES
} dbc_sync_side;

/* Keys that are shown of each side. */
#define DBC_SYNC_SAMPLES 10

typedef struct dbc_sync_sample
{
	size_t length;
	unsigned char key[DBC_SYNC_KEPT]; /* its canonical form */
} dbc_sync_sample;

typedef struct dbc_sync_difference
{
	int64_t rows[DBC_SYNC_SIDES];
	int nsamples[DBC_SYNC_SIDES];
	dbc_sync_sample samples[DBC_SYNC_SIDES][DBC_SYNC_SAMPLES];
} dbc_sync_difference;

/* A table and one of a file. */
typedef struct dbc_sync_comparison
{
	const dbc_sync_section *section;
	const dbc_sync_table *table;
	dbc_sync_encoder encoder;
	int part;			/* of the row before */
	dbc_sync_sum *sums; /* of each part here */
	dbc_sync_sum sum;	/* of the table here */
	dbc_sync_difference difference;
} dbc_sync_comparison;

/* A comparison, which may be used for one table after another. */
extern dbc_sync_comparison *dbc_sync_new_comparison(dbc_host *host);

/* Sets a comparison to no rows. */
extern void dbc_sync_begin_comparison(dbc_sync_comparison *comparison);

/* Sums all rows of the table, without a comparison; the table is of
 * dbc_sync_match(), and the section has its parts. */
extern void dbc_sync_sum_rows(dbc_host *host, const dbc_sync_section *section,
							  const dbc_sync_table *table,
							  dbc_sync_comparison *comparison);

/* Compares all rows; the table is of dbc_sync_match(), the section as in
 * dbc_sync_sum_rows(). */
extern void dbc_sync_compare_rows(dbc_sync_input *input,
								  const dbc_sync_section *section,
								  const dbc_sync_table *table,
								  dbc_sync_comparison *comparison);

/* Finds rows that differ, in the parts whose sum here is not that of the
 * file. */
extern void dbc_sync_find_difference(dbc_sync_input *input,
									 const dbc_sync_section *section,
									 const dbc_sync_table *table,
									 const dbc_sync_sum *here,
									 dbc_sync_difference *difference);

/* The samples as JSON, or NULL. */
extern const char *dbc_sync_samples_text(dbc_host *host,
										 const dbc_sync_section *section,
										 const dbc_sync_difference *difference);

#endif /* DBC_SYNC_DIFFERENCE_H */
