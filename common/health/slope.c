/*
 * slope.c
 *	  The growth rate of a series, robust against outliers.
 */
#include "common/core/sort.h"
#include "common/health/growth.h"

#include <math.h>
#include <stdlib.h>

/* The 95 percent quantile of the normal distribution. */
#define Z_95 1.6448536269514722

/* For qsort(): ascending. */
static int
compare_numbers(const void *left, const void *right)
{
	double l = *(const double *) left;
	double r = *(const double *) right;

	return (l > r) - (l < r);
}

/* The slopes of all pairs of points, in ascending order. */
static double *
sorted_slopes(dbc_host *host, const dbc_health_growth_point *points,
			  int npoints, int *n)
{
	size_t most = (size_t) npoints * (size_t) npoints / 2;
	double *slopes = dbc_alloc(host, most * sizeof(*slopes));

	*n = 0;
	for (int i = 0; i < npoints; i++)
		for (int j = i + 1; j < npoints; j++)
			slopes[(*n)++] = (points[j].bytes - points[i].bytes) /
							 (points[j].day - points[i].day);
	dbc_sort(slopes, (size_t) *n, sizeof(*slopes), compare_numbers);
	return slopes;
}

dbc_health_slope
dbc_health_estimate_slope(dbc_host *host, const dbc_health_growth_point *points,
						  int npoints)
{
	double n = npoints;
	int nslopes;
	double *slopes = sorted_slopes(host, points, npoints, &nslopes);
	double spread = Z_95 * sqrt(n * (n - 1) * (2 * n + 5) / 18);
	int low = (int) fmax(0, floor((nslopes - spread) / 2));
	int high = (int) fmin(nslopes - 1, ceil((nslopes + spread) / 2));

	return (dbc_health_slope){
		slopes[low], (slopes[(nslopes - 1) / 2] + slopes[nslopes / 2]) / 2,
		slopes[high]};
}
