#include "plan.h"

#include <stdlib.h>
#include <string.h>

static const char *table_of(const block *block) { return block->text + BLOCK_HEADER; }

static apigw_span span_at(const char *table, uint32_t place) {
    apigw_span span;
    memcpy(&span, table + place, sizeof span);
    return span;
}

const plan *plans_find(const plans *plans, const shapes *shapes, const block *block) {
    if (block->skeleton == 0) return NULL;
    for (const plan *plan = plans->all; plan < plans->all + PLANS; plan++) {
        if (plan->skeleton == block->skeleton && plan->shapes == shapes) return plan;
    }
    return NULL;
}

/* The place of the span in a table, or 0 if it has none. */
static uint32_t find_place(const char *table, apigw_span span) {
    uint32_t pair_count;
    memcpy(&pair_count, table + offsetof(apigw_event, pair_count), sizeof pair_count);
    uint32_t end = offsetof(apigw_event, body) + sizeof span;
    for (uint32_t place = offsetof(apigw_event, method); place < end; place += sizeof span) {
        apigw_span other = span_at(table, place);
        if (other.off == span.off && other.len == span.len) return place;
    }
    for (uint32_t i = 0; i < pair_count; i++) {
        uint32_t place = (uint32_t)(BLOCK_EVENT + i * sizeof(apigw_pair) + offsetof(apigw_pair, value_off));
        apigw_span other = span_at(table, place);
        if (other.off == span.off && other.len == span.len) return place;
    }
    return 0;
}

void plans_add(plans *plans, const shapes *shapes, int32_t shape, const block *block) {
    if (block->skeleton == 0) return;
    plan *plan = &plans->all[plans->next];
    uint32_t count = shapes->all[shape].value_count;
    uint32_t *places = realloc(plan->places, count * sizeof *places + 1);
    if (places == NULL) return;
    plan->places = places;
    plan->skeleton = block->skeleton;
    plan->shape = shape;
    plan->shapes = shapes;
    plans->next = (plans->next + 1) % PLANS;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (uint32_t)(shapes->spans[2 * i] - block->base);
        apigw_span span = {from, (uint32_t)(shapes->spans[2 * i + 1] - shapes->spans[2 * i])};
        places[i] = find_place(table_of(block), span);
        if (places[i] == 0) plan->shape = -1;
    }
}

/* The end of a string that was moved, in the document that has it at `start`; 0 if it was not. */
static size_t end_of_moved(const block *block, size_t start, apigw_span span) {
    for (uint32_t i = 0; i < block->moved_count; i++) {
        const moved *moved = &block->moved[i];
        if (moved->from == start && moved->to == span.off)
            return block_quote_after(block->text + block->base, block->document_len, start + span.len);
    }
    return 0;
}

bool plan_follow(const plan *plan, shapes *shapes, const block *block) {
    if (plan->shape < 0) return false;
    const shape *shape = &shapes->all[plan->shape];
    const char *table = table_of(block);
    int32_t base = (int32_t)block->base, *spans = shapes->spans;
    size_t at = 0;
    for (uint32_t i = 0; i < shape->value_count; i++) {
        apigw_span span = span_at(table, plan->places[i]);
        at += shape->gaps[i].len;
        at = span.off == at ? at + span.len : end_of_moved(block, at, span);
        if (at == 0) return false;
        spans[2 * i] = (int32_t)span.off + base;
        spans[2 * i + 1] = (int32_t)(span.off + span.len) + base;
    }
    return at + shape->last_gap == block->document_len;
}

void plans_free(plans *plans) {
    for (uint32_t i = 0; i < PLANS; i++) free(plans->all[i].places);
}
