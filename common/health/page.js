"use strict";

/* Tables can be sorted by the columns that say how, SQL can be copied, and paper
 * shows what is folded. */
(function () {
	var said = document.getElementById("said");
	var opened = [];

	/* What a row is sorted by; null is not known, and comes last. */
	function keyOf(row, column, kind) {
		var cell = row.cells[column];
		var value = cell.getAttribute("data-value");

		if (kind === "text") {
			return cell.textContent;
		}
		return value === null ? null : parseFloat(value);
	}

	/* Sorts the rows under a heading; the second time the other way round. */
	function sortBy(heading) {
		var table = heading.closest("table");
		var body = table.tBodies[0];
		var kind = heading.getAttribute("data-sort");
		var before = heading.getAttribute("aria-sort");
		var first = kind === "text" ? "ascending" : "descending";
		var second = kind === "text" ? "descending" : "ascending";
		var order = before === first ? second : first;
		var sign = order === "ascending" ? 1 : -1;
		var rows = Array.from(body.rows).map(function (row) {
			return { row: row, key: keyOf(row, heading.cellIndex, kind) };
		});

		rows.sort(function (left, right) {
			if (left.key === null || right.key === null) {
				return (left.key === null) - (right.key === null);
			}
			if (kind === "text") {
				return sign * left.key.localeCompare(right.key);
			}
			return sign * (left.key - right.key);
		});
		rows.forEach(function (item) {
			body.appendChild(item.row);
		});
		table.querySelectorAll("th[aria-sort]").forEach(function (other) {
			other.setAttribute("aria-sort", "none");
		});
		heading.setAttribute("aria-sort", order);
		said.textContent = table.caption.textContent + ": sorted by " +
			heading.textContent + ", " + order;
	}

	document.querySelectorAll("th[data-sort]").forEach(function (heading) {
		var button = document.createElement("button");

		button.type = "button";
		button.textContent = heading.textContent;
		button.addEventListener("click", function () {
			sortBy(heading);
		});
		heading.replaceChildren(button);
		heading.setAttribute("aria-sort", "none");
	});

	/* Selects SQL, and copies it the way that works without permissions. */
	function copySelected(block) {
		block.querySelector("details").open = true;
		window.getSelection().selectAllChildren(block.querySelector("code"));
		return document.execCommand("copy");
	}

	/* Says on the button, and to screen readers, what became of a copy. */
	function tellCopied(button, copied) {
		button.textContent = copied ? "Copied" : "Press Ctrl+C";
		said.textContent = button.textContent;
		window.setTimeout(function () {
			button.textContent = "Copy";
		}, 2000);
	}

	document.querySelectorAll(".sql").forEach(function (block) {
		var button = document.createElement("button");

		button.type = "button";
		button.className = "copy";
		button.textContent = "Copy";
		button.setAttribute("aria-label", "Copy SQL");
		button.addEventListener("click", function () {
			var text = block.querySelector("code").textContent;

			/* not everywhere for a page in a file */
			if (!navigator.clipboard) {
				tellCopied(button, copySelected(block));
				return;
			}
			navigator.clipboard.writeText(text).then(function () {
				tellCopied(button, true);
			}, function () {
				tellCopied(button, copySelected(block));
			});
		});
		block.appendChild(button);
	});

	window.addEventListener("beforeprint", function () {
		opened = Array.from(document.querySelectorAll("details:not([open])"));
		opened.forEach(function (details) {
			details.open = true;
		});
	});
	window.addEventListener("afterprint", function () {
		opened.forEach(function (details) {
			details.open = false;
		});
	});
})();
