/**
 * An oxlint plugin: what switches the type checker off needs its reason beside it.
 * `value!` and `value as unknown as T` must have a comment on the same line or alone on the line above.
 */

/** @param {import("oxlint/plugins").Context} context */
function hasReason(context, node) {
  const { sourceCode } = context;
  const first = node.loc.start.line;
  const last = node.loc.end.line;
  return sourceCode.getAllComments().some((comment) => {
    if (/^\s*(oxlint|eslint)-/.test(comment.value)) return false;
    if (comment.loc.start.line >= first && comment.loc.end.line <= last) return true;
    if (comment.loc.end.line !== first - 1) return false;
    return sourceCode.lines[comment.loc.start.line - 1].slice(0, comment.loc.start.column).trim() === "";
  });
}

const nonNull = {
  create(context) {
    return {
      TSNonNullExpression(node) {
        if (hasReason(context, node)) return;
        context.report({
          node,
          message:
            "A non-null assertion needs a comment on its line, or on the line above, that says why it cannot be null.",
        });
      },
    };
  },
};

const castThroughUnknown = {
  create(context) {
    return {
      TSAsExpression(node) {
        const inner = node.expression;
        if (inner.type !== "TSAsExpression" || inner.typeAnnotation.type !== "TSUnknownKeyword") return;
        if (hasReason(context, node)) return;
        context.report({
          node,
          message: "'as unknown as' needs a comment on its line, or on the line above, that says why it holds.",
        });
      },
    };
  },
};

export default {
  meta: { name: "reasons" },
  rules: { "non-null": nonNull, "cast-through-unknown": castThroughUnknown },
};
