/*
 * recommend.c
 *	  Choosing the recommendations of a report.
 */
#include "common/health/recommend.h"

#include "common/core/text.h"
#include "common/health/fold.h"

/* Whether two findings require the same action. */
static bool
is_same_action(const dbc_finding *left, const dbc_finding *right, bool by_check)
{
	if (by_check && left->check == right->check)
		return true;
	if (!left->fix_sql || !right->fix_sql)
		return !left->fix_sql && !right->fix_sql && left->check == right->check;
	return dbc_same(left->fix_sql, right->fix_sql);
}

/* The first finding whose action none of the chosen ones requires, or NULL. */
static const dbc_finding *
choose_next(const dbc_findings *findings, bool by_check,
			const dbc_finding *const *chosen, int nchosen)
{
	const dbc_finding *best = NULL;
	int j;

	for (int i = 0; i < findings->count; i++)
	{
		const dbc_finding *finding = &findings->list[i];

		if (!finding->suggestion || finding->suppressed ||
			(best && dbc_health_compare_findings(&best, &finding) < 0))
			continue;
		for (j = 0; j < nchosen; j++)
			if (is_same_action(chosen[j], finding, by_check))
				break;
		if (j == nchosen)
			best = finding;
	}
	return best;
}

int
dbc_health_recommend(const dbc_findings *findings, bool by_check,
					 const dbc_finding *chosen[DBC_MAX_RECOMMENDED])
{
	const dbc_finding *finding;
	int nchosen = 0;

	while (nchosen < DBC_MAX_RECOMMENDED &&
		   (finding = choose_next(findings, by_check, chosen, nchosen)) != NULL)
		chosen[nchosen++] = finding;
	return nchosen;
}
