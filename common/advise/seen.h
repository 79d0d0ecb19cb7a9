/*
 * seen.h
 *	  Statements that monitoring has seen, as the engine reads them.
 */
#ifndef DBC_ADVISE_SEEN_H
#define DBC_ADVISE_SEEN_H

#include "common/core/host.h"

/* Whether a normalised statement may have a plan. */
extern bool dbc_advise_has_plan(dbc_host *host, const char *query);

/* Normalised text as the engine reads it. */
extern const char *dbc_advise_plannable_text(dbc_host *host, const char *query);

#endif /* DBC_ADVISE_SEEN_H */
