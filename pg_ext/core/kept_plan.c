/*
 * kept_plan.c
 *	  Plans of statements that dbcare makes, which a session keeps.
 *
 * They are found by their text, which has no values.  PostgreSQL plans a
 * statement again when its tables have changed, and then finds its names again;
 * but not for all that a text can name, such as collations: so a plan is kept as
 * long as the session learns of no change at all.
 */
#include "pg_ext/core/kept_plan.h"

#include "common/hashfn.h"
#include "storage/sinval.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#include "pg_ext/core/change.h"

/* How many plans a session keeps. */
#define MOST_PLANS 300

/* The one that was used last is the first. */
static dbcpg_kept_plan *kept;

static void
free_plan(dbcpg_kept_plan *plan)
{
	SPI_freeplan(plan->plan);
	MemoryContextDelete(plan->context);
}

static void
drop_old_plans(void)
{
	dbcpg_kept_plan **place = &kept;
	int count = 0;

	while (*place)
	{
		dbcpg_kept_plan *plan = *place;

		if (++count <= MOST_PLANS || plan->uses > 0)
		{
			place = &plan->next;
			continue;
		}
		*place = plan->next;
		free_plan(plan);
	}
}

void
dbcpg_drop_kept_plan(dbcpg_kept_plan *plan)
{
	for (dbcpg_kept_plan **place = &kept; *place; place = &(*place)->next)
		if (*place == plan)
		{
			*place = plan->next;
			free_plan(plan);
			return;
		}
}

dbcpg_kept_plan *
dbcpg_find_kept_plan(const char *room, const char *text, int nparams,
					 const Oid *types)
{
	uint32 hash = string_hash(text, SIZE_MAX);

	AcceptInvalidationMessages();
	for (dbcpg_kept_plan **place = &kept; *place; place = &(*place)->next)
	{
		dbcpg_kept_plan *plan = *place;

		if (plan->hash != hash || plan->uses > 0 || plan->nparams != nparams ||
			strcmp(plan->room, room) != 0 || strcmp(plan->text, text) != 0 ||
			(types &&
			 memcmp(plan->types, types, (Size) nparams * sizeof(*types)) != 0))
			continue;
		*place = plan->next;
		if (plan->changes != dbcpg_count_changes())
		{
			free_plan(plan);
			return NULL;
		}
		plan->next = kept;
		return kept = plan;
	}
	return NULL;
}

dbcpg_kept_plan *
dbcpg_new_kept_plan(dbcpg_host *host, const char *room, const char *text,
					int nparams, const Oid *types)
{
	MemoryContext context =
		AllocSetContextCreate(host->call, "dbcare plan", ALLOCSET_SMALL_SIZES);
	dbcpg_kept_plan *plan = MemoryContextAllocZero(context, sizeof(*plan));

	plan->context = context;
	plan->room = room;
	plan->text = MemoryContextStrdup(context, text);
	plan->hash = string_hash(text, SIZE_MAX);
	plan->changes = dbcpg_count_changes();
	plan->nparams = nparams;
	plan->types =
		MemoryContextAllocZero(context, ((Size) nparams + 1) * sizeof(Oid));
	if (types)
		memcpy(plan->types, types, (Size) nparams * sizeof(*types));
	return plan;
}

void
dbcpg_keep_plan(dbcpg_kept_plan *plan)
{
	SPI_keepplan(plan->plan);
	MemoryContextSetParent(plan->context, TopMemoryContext);
	plan->next = kept;
	kept = plan;
	drop_old_plans();
}
