/* What rules are made of: limits, reads, sums and comparisons. Between generate_rule.c and generate_parts.c. */
#ifndef TESTS_PROPERTY_GENERATE_PARTS_H
#define TESTS_PROPERTY_GENERATE_PARTS_H

#include "tests/property/generate.h"

/* ---- nodes ---- */

struct expression *new_expression(struct rule_maker *maker, enum expression_kind kind);
/* Gives the expression, with one operand more, or two. */
struct expression *give_operands(struct expression *expression, struct expression *first, struct expression *second);

/* ---- numbers ---- */

struct expression *number_of(struct rule_maker *maker, struct decimal value);
struct expression *share_number(struct rule_maker *maker, struct decimal share);
struct expression *points_of(struct rule_maker *maker, struct decimal limit, int metric);
struct decimal confidence_limit(struct dice *dice);
void target_attribute(struct rule_maker *maker, int metric, enum attribute attribute, struct decimal limit);

/* ---- what there is to read ---- */

int any_metric(struct rule_maker *maker);
enum scale scale_of(const struct rule_maker *maker, int metric);
bool has_values(const struct rule_maker *maker, int metric);
void note_values(struct rule_maker *maker, int metric);
int field_of_type(struct rule_maker *maker, enum field_type type);

struct expression *attribute_of(struct rule_maker *maker, int metric, enum attribute attribute);
struct expression *field_read(struct rule_maker *maker, int field);

/* ---- comparisons ---- */

struct expression *compare_change(struct rule_maker *maker, int metric);
struct expression *compare_value(struct rule_maker *maker, int metric);
struct expression *compare_relative(struct rule_maker *maker, int metric);
struct expression *compare_doubt(struct rule_maker *maker, int metric);
struct expression *chain_change(struct rule_maker *maker, int metric);
struct expression *compare_field(struct rule_maker *maker, int field);
struct expression *compare_sums(struct rule_maker *maker);
struct expression *compare_with_share(struct rule_maker *maker, int metric);
struct expression *compare_difference(struct rule_maker *maker, int metric);
struct expression *about_string(struct rule_maker *maker, int field);

#endif
