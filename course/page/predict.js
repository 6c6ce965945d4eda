// A prediction that stands alone.
export default {
  render({ model, el }) {
    const root = h("div", { class: "dl asked" });
    const uid = "q" + Math.random().toString(36).slice(2, 8);
    el.append(root);
    const show = () => {
      const focused = root.contains(root.getRootNode().activeElement);
      if (!model.get("done"))
        return root.replaceChildren(
          cardOf(
            uid,
            model.get("question"),
            ["Lock in", "Skip the question"],
            (chosen) => model.send({ chosen }),
            () => model.send({ chosen: null }),
          ),
        );
      const answer = model.get("answer");
      root.replaceChildren(
        h("p", {}, model.get("question").text),
        answer ? outcomeOf(answer) : h("p", { class: "hint" }, "Skipped."),
      );
      if (focused) {
        root.tabIndex = -1;
        root.focus();
      }
    };
    model.on("change:done", show);
    const drops = [followTheme(root, () => {}), hidePicture(root), () => model.off("change:done", show)];
    show();
    return () => drops.forEach((drop) => drop());
  },
};
