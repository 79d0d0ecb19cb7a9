/*
 * size.c
 *	  The size that a B-tree would have right after CREATE INDEX: the tuples
 *	  that nbtsort.c would write, packed up to the default fill factors.
 */
#include "pg_ext/advise/hypothetical.h"

#include <math.h>

#include "access/itup.h"
#include "access/nbtree.h"
#include "access/tupmacs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

/* lower(text) and upper(text) in pg_proc. */
#define LOWER_OID 870
#define UPPER_OID 871

/* What a page has for tuples up to a fill factor in percent. */
#define SPACE(fillfactor)                                            \
	(BLCKSZ * (fillfactor) / 100.0 - (double) SizeOfPageHeaderData - \
	 (double) MAXALIGN(sizeof(BTPageOpaqueData)))

/* The size of a tuple with a line pointer. */
#define ITEM(bytes) ((double) MAXALIGN(bytes) + (double) sizeof(ItemIdData))

/* The longest list of rows with one key (nbtdedup.c). */
#define LONGEST_LIST \
	((double) MAXALIGN_DOWN(BLCKSZ * 10 / 100) - (double) sizeof(ItemIdData))

const Var *
dbcpg_advise_column_like(const Node *expression)
{
	const FuncExpr *call = (const FuncExpr *) expression;

	if (IsA(expression, FuncExpr) &&
		(call->funcid == LOWER_OID || call->funcid == UPPER_OID))
		expression = linitial(call->args);
	while (IsA(expression, RelabelType))
		expression = (const Node *) ((const RelabelType *) expression)->arg;
	return IsA(expression, Var) ? (const Var *) expression : NULL;
}

/* The width of an index tuple. */
static Size
tuple_width(const IndexOptInfo *info, Oid table)
{
	Size width = 0;
	ListCell *cell;

	foreach (cell, info->indextlist)
	{
		const Node *expression = (Node *) lfirst_node(TargetEntry, cell)->expr;
		const Var *column = dbcpg_advise_column_like(expression);
		Oid type = exprType(expression);
		int32 bytes = 0;
		int16 length;
		bool by_value;
		char alignment;

		get_typlenbyvalalign(type, &length, &by_value, &alignment);
		/* pg_statistic has the average without its fraction */
		if (length < 0 && column)
			bytes = get_attavgwidth(table, column->varattno) + 1;
		if (bytes <= 1)
			bytes = get_typavgwidth(type, exprTypmod(expression));
		if (length > 0)
			width = att_align_nominal(width, alignment);
		width += (Size) bytes;
	}
	return MAXALIGN(MAXALIGN(sizeof(IndexTupleData)) + width);
}

/* The number of different keys.  The planner's estimate for several columns
 * expects them to depend on each other, which would make the index too small.
 */
static double
count_keys(PlannerInfo *root, const IndexOptInfo *info)
{
	double keys = 1;
	ListCell *cell;

	foreach (cell, info->indextlist)
		if (keys < info->tuples)
			keys *= dbcpg_estimate_groups(
				root, list_make1(lfirst_node(TargetEntry, cell)->expr),
				info->tuples);
	return Min(Max(keys, 1), info->tuples);
}

/* The bytes that a key with as many rows takes: lists of row identifiers as
 * long as possible, and one for the rest. */
static double
bytes_of_key(Size width, double rows)
{
	double longest = floor((LONGEST_LIST - (double) width) /
						   (double) sizeof(ItemPointerData));
	double lists, rest;

	if (longest < 2 || rows < 2)
		return rows * ITEM(width);
	lists = floor(rows / longest);
	rest = rows - lists * longest;
	return lists * ITEM(width + (Size) longest * sizeof(ItemPointerData)) +
		   (rest < 2 ? rest * ITEM(width)
					 : ITEM(width + (Size) rest * sizeof(ItemPointerData)));
}

/* Sets pages and height from the bytes in leaf pages. */
static void
build_levels(IndexOptInfo *info, double bytes, Size width)
{
	double fanout =
		Max(floor(SPACE(BTREE_NONLEAF_FILLFACTOR) / ITEM(width)), 2);
	double level = ceil(bytes / SPACE(BTREE_DEFAULT_FILLFACTOR));
	double pages = 1 + level; /* with the metapage */

	info->tree_height = 0;
	for (; level > 1; info->tree_height++)
	{
		level = ceil(level / fanout);
		pages += level;
	}
	info->pages = (BlockNumber) Min(pages, (double) MaxBlockNumber);
}

void
dbcpg_advise_estimate_size(PlannerInfo *root, IndexOptInfo *info,
						   bool deduplicates)
{
	RelOptInfo *rel = info->rel;
	RelOptInfo **place = &root->simple_rel_array[rel->relid];
	RelOptInfo *before = *place;
	double rows = rel->rows;
	Size width =
		tuple_width(info, planner_rt_fetch((Index) rel->relid, root)->relid);
	double keys;

	/* selectivity functions find the table here, where the planner puts it
	 * only after this */
	*place = rel;
	info->tuples = rel->tuples * clauselist_selectivity(root, info->indpred,
														(int) rel->relid,
														JOIN_INNER, NULL);
	info->tuples = rint(info->tuples);
	rel->rows = info->tuples;
	keys = deduplicates && info->tuples > 0 ? count_keys(root, info)
											: info->tuples;
	rel->rows = rows;
	*place = before;
	build_levels(info,
				 keys > 0 ? keys * bytes_of_key(width, info->tuples / keys) : 0,
				 width);
}
