/*
 * probe.h
 *	  Probes of health checks (see health/check.h) that the host measures, since
 *	  SQL cannot, or only slowly.
 *
 *	  pages of X			the share of a table, index [PG: by oid] or
 *							database [SQLite: by name] that is free, in
 *							percent, estimated from random pages
 *	  sequence X from A to B
 *							[PG] how far a sequence, by oid, is on its way
 *							from A to B, in percent
 *
 * A value below the thresholds of the check is not a finding.  The severity in
 * the row, if any, is an upper limit.
 */
#ifndef DBC_HEALTH_PROBE_H
#define DBC_HEALTH_PROBE_H

#include "common/health/host.h"

/* The result of a probe. */
typedef struct dbc_health_probe_result
{
	double value;		/* NAN: no finding */
	const char *detail; /* for the message, or NULL: the detail of the row */
	const char *reason; /* why it could not be measured, or NULL */
} dbc_health_probe_result;

/* Whether the host runs a probe, instead of a query. */
extern bool dbc_health_is_host_probe(const char *probe);

/* Whether it is that of a sequence. */
extern bool dbc_health_is_sequence_probe(const char *probe);

/* Measures precisely enough to tell whether each threshold (NAN: none) is
 * reached. */
extern void dbc_health_run_probe(dbc_host *host, const char *probe,
								 double warning, double critical,
								 dbc_health_probe_result *measured);

/* Reads the sequences of all probes in a column at once, since there may be
 * thousands; the result is in the order of the rows.  NULL if there is none. */
extern dbc_sequence *
dbc_health_read_sequences(dbc_host *host, const dbc_rows *rows, int column);

/* The sequences that may have reached a threshold, as an array of OIDs in text
 * form; all others are far from their limits. */
extern const char *dbc_health_find_near_sequences(dbc_host *host,
												  double threshold);

/* The result of a probe for a sequence that has been read. */
extern void dbc_health_probe_sequence(const dbc_sequence *sequence,
									  dbc_health_probe_result *measured);

#endif /* DBC_HEALTH_PROBE_H */
