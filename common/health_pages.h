/*
 * health_pages.h
 *	  Free space of tables, indexes and files, estimated from random pages.
 *
 * The probe of a check (see health_check.h) that is "pages of x" has its value
 * from here: the share of x that is free, in percent.  Below the thresholds of
 * the check there is no finding; the severity that its row gives, if any, is
 * the worst it can have.
 */
#ifndef DBC_HEALTH_PAGES_H
#define DBC_HEALTH_PAGES_H

#include "host.h"

/* Whether a probe is one of pages. */
extern bool dbc_is_page_probe(const char *probe);

/* Looks at as many pages as it takes to tell on which side of each threshold
 * (NAN: none) the value is. */
extern void dbc_probe_pages(dbc_host *host, const char *probe, double warning,
							double critical, dbc_page_sample *sample);

/* The detail of a finding: how many bytes are free, and how sure that is. */
extern const char *dbc_describe_pages(dbc_host *host,
									  const dbc_page_sample *sample);

#endif /* DBC_HEALTH_PAGES_H */
