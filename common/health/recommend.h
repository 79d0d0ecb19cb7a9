/*
 * recommend.h
 *	  Recommendations: the findings to handle first.
 */
#ifndef DBC_HEALTH_RECOMMEND_H
#define DBC_HEALTH_RECOMMEND_H

#include "common/health/finding.h"

#define DBC_MAX_RECOMMENDED 10

/* Chooses the worst findings that require different actions, the worst first;
 * if by_check is true, at most one of each check.  Returns their number. */
extern int dbc_health_recommend(const dbc_findings *findings, bool by_check,
								const dbc_finding *chosen[DBC_MAX_RECOMMENDED]);

#endif /* DBC_HEALTH_RECOMMEND_H */
