/*
 * fold.c
 *	  Folding the findings of a check: the worst are shown, the rest counted.
 */
#include "common/health/fold.h"

#include <math.h>
#include <stdlib.h>

#include "common/core/host.h"
#include "common/core/sort.h"

/* The order of severities; an unknown result may be a problem. */
static const int ranks[DBC_NSEVERITIES] = {
	[DBC_CRITICAL] = 4, [DBC_WARNING] = 3, [DBC_UNKNOWN] = 2, [DBC_INFO] = 1};

int
dbc_health_rank(const dbc_finding *finding)
{
	return ranks[finding->severity];
}

/* A value to compare; thresholds are minimums, so a greater one is worse. */
static double
badness(const dbc_finding *finding)
{
	return isnan(finding->value) ? -INFINITY : finding->value;
}

int
dbc_health_compare_findings(const void *left, const void *right)
{
	const dbc_finding *a = *(const dbc_finding *const *) left;
	const dbc_finding *b = *(const dbc_finding *const *) right;

	if (dbc_health_rank(a) != dbc_health_rank(b))
		return dbc_health_rank(b) - dbc_health_rank(a);
	if (a->check->scope != b->check->scope)
		return a->check->scope < b->check->scope ? -1 : 1;
	if (a->penalty != b->penalty)
		return a->penalty < b->penalty ? 1 : -1;
	if (a->check == b->check && badness(a) != badness(b))
		return badness(a) < badness(b) ? 1 : -1;
	return a < b ? -1 : 1;
}

/* Folds the findings of one check, from first on; returns the end of them. */
static int
fold_check(dbc_findings *findings, dbc_finding **list, int first, int64_t most)
{
	const dbc_health_check *check = findings->list[first].check;
	int count = 0;
	int end;

	for (end = first;
		 end < findings->count && findings->list[end].check == check; end++)
		if (dbc_health_rank(&findings->list[end]) > 0)
			list[count++] = &findings->list[end];
	if (count > most)
		dbc_sort(list, (size_t) count, sizeof(dbc_finding *),
				 dbc_health_compare_findings);
	for (int64_t i = most; i < count; i++)
		list[i]->folded = true;
	return end;
}

void
dbc_health_fold_findings(dbc_host *host, dbc_findings *findings,
						 int64_t otherwise)
{
	dbc_finding **list =
		dbc_alloc(host, ((size_t) findings->count + 1) * sizeof(dbc_finding *));
	int64_t most = findings->most < 0 ? otherwise : findings->most;

	for (int i = 0; most > 0 && i < findings->count;)
		i = fold_check(findings, list, i, most);
}

bool
dbc_health_is_shown(const dbc_findings *findings, const dbc_finding *finding)
{
	return !finding->folded &&
		   (findings->verbose || (finding->severity != DBC_SKIPPED &&
								  finding->severity != DBC_NOT_APPLICABLE));
}

int
dbc_health_next_folded(const dbc_findings *findings, int *place,
					   const dbc_health_check **check)
{
	int count = 0;

	for (; *place < findings->count; (*place)++)
	{
		const dbc_finding *finding = &findings->list[*place];

		if (count > 0 && finding->check != *check)
			break;
		if (!finding->folded)
			continue;
		*check = finding->check;
		count++;
	}
	return count;
}
