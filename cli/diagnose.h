/*
 * diagnose.h
 *	  Why a connection failed, as a person would say it.
 */
#ifndef CLI_DIAGNOSE_H
#define CLI_DIAGNOSE_H

#include "cli/database.h"

/* Adds a hint with the steps to try to the error of a failed cli_open(). */
extern void cli_diagnose(cli_database *db, bool create);

#endif /* CLI_DIAGNOSE_H */
