/*
 * impact.c
 *	  What a statement does to the relations that were there before its script.
 */
#include "common/lint/run.h"

#include "common/core/json_write.h"

/* Whether others can use a relation: it was there before, and not for the
 * session alone. */
static bool
is_shared(const dbc_lint_session *session, const dbc_lint_object *subject)
{
	return subject && !subject->temporary &&
		   !dbc_lint_is_created_here(session, subject);
}

/* The larger of a size and that of a relation. */
static int64_t
larger(const dbc_lint_session *session, int64_t bytes,
	   const dbc_lint_object *subject)
{
	return is_shared(session, subject) && subject->measured &&
				   subject->bytes > bytes
			   ? subject->bytes
			   : bytes;
}

/* Adds what the deeds of a statement tell. */
static void
add_deeds(const dbc_lint_session *session, const dbc_lint_analysis *reading,
		  bool has_effects, dbc_lint_impact *impact)
{
	int i;

	for (i = 0; i < reading->ndeeds; i++)
	{
		const dbc_lint_operation *deed = &reading->deeds[i];

		impact->bytes = larger(session, impact->bytes, deed->subject);
		impact->bytes = larger(session, impact->bytes, deed->other);
		if (deed->verb == DBC_V_OPAQUE)
			impact->opaque = true;
		/* effects say it of PostgreSQL, where a column goes for free */
		if (!has_effects && is_shared(session, deed->subject) &&
			(deed->verb == DBC_V_DROP_COLUMN || deed->verb == DBC_V_REWRITE))
			impact->rewrites = true;
	}
}

/* What statement i does, from 0. */
dbc_lint_impact
dbc_lint_find_impact(const dbc_lint_runner *linter,
					 const dbc_lint_result *linted, int i)
{
	const dbc_lint_session *session = linter->session;
	dbc_json_node *locks = dbc_json_object(linter->host);
	dbc_lint_impact impact = {.bytes = -1};
	const dbc_lint_analysis *reading;
	int e;

	/* the engine could not read the script, as running it will tell */
	if (i >= linted->script.nstatements)
		return (dbc_lint_impact){.bytes = -1, .opaque = true};
	reading = &linted->readings[i];
	add_deeds(session, reading, linter->host->engine == DBC_ON_POSTGRESQL,
			  &impact);
	for (e = 0; e < reading->neffects; e++)
	{
		const dbc_lint_effect *effect = &reading->effects[e];

		if (!is_shared(session, effect->subject))
			continue;
		impact.bytes = larger(session, impact.bytes, effect->subject);
		impact.rewrites |= effect->rewrites;
		if (effect->lock == DBC_L_NONE)
			continue;
		if (effect->lock > impact.lock)
			impact.lock = effect->lock;
		dbc_json_put_text(locks, effect->subject->shown,
						  dbc_lint_lock_mode_name(effect->lock));
	}
	impact.locks = dbc_json_text(locks);
	return impact;
}
