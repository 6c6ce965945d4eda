// What a lab's page and the one who trains say to each other: protocol.py as types, and a test holds the two together.
// There is nothing here that runs but the layout of a row.

/** One record, as float32. */
export const ROW = ["step", "loss", "accuracy", "seconds", "split", "smooth_loss", "smooth_accuracy"];
/** A row's split. */
export const SPLITS = { train: 0, test: 1, train_eval: 2, valid: 3 };

/** @typedef {string | number | number[] | null} Setting */
/** @typedef {Record<string, Setting>} Settings by the control's name */

// ── what the page says ──

/**
 * One message of a lab's page. `do` is what the reader did, or what the page needs.
 * @typedef {object} Said
 * @property {"hello" | "bye" | "set" | "train" | "stop" | "reset" | "remove" | "recorded" | "answer" | "leave_out" | "put_back" | "swap" | "ask" | "pull" | "ack"} do
 * @property {string} [view] hello, bye
 * @property {Settings} [settings] set, train, recorded
 * @property {number} [number] remove, leave_out, put_back, swap: of the run
 * @property {number[]} [layers] leave_out, put_back, swap: two
 * @property {number | null} [chosen] answer
 */

/**
 * One message of an instant lab's page: what it shows now, at which width and in which theme it draws.
 * @typedef {object} InstantSaid
 * @property {"show" | "play" | "train" | "stop" | "pull"} do
 * @property {Settings} settings
 * @property {"light" | "dark"} theme
 * @property {number} width pixels at the text size of a notebook
 * @property {boolean} final not a slider on its way: worth a picture for those who read without a kernel
 */

/**
 * The answer to every message of a lab's page.
 * @typedef {object} Answered
 * @property {string} done its verb
 * @property {string} error what was wrong with it, in words; empty if nothing was
 */

// ── how a lab is declared ──

/**
 * One control; `type` says which of the three.
 * @typedef {DeclaredOptions | DeclaredNumber | DeclaredBlocks} DeclaredControl
 */

/**
 * @typedef {object} DeclaredOptions
 * @property {"options"} type
 * @property {string} name
 * @property {string} label
 * @property {string} short what the end of a curve calls it
 * @property {"" | "kind" | "network" | "depth" | "rate"} role
 * @property {boolean} small in the row of small fields
 * @property {string} default
 * @property {string[]} options
 * @property {string[]} labels what people read
 * @property {string[]} families whose colour each option takes
 */

/**
 * @typedef {object} DeclaredNumber
 * @property {"number"} type
 * @property {string} name
 * @property {string} label
 * @property {string} short what the end of a curve calls it
 * @property {"" | "kind" | "network" | "depth" | "rate"} role
 * @property {boolean} small in the row of small fields
 * @property {Setting} default
 * @property {number} low
 * @property {number} high
 * @property {number} [reach] where its slider ends; a field beside it goes on to `high`
 * @property {boolean} [whole]
 * @property {boolean} [log] the slider's scale
 * @property {string} [automatic] what the box says that lets the course choose; empty if there is none
 * @property {string | null} [automatic_value] the setting while that box is ticked
 * @property {string} [only_for] the kind without which it has no meaning
 */

/**
 * @typedef {object} DeclaredBlocks
 * @property {"blocks"} type
 * @property {string} name
 * @property {string} label
 * @property {string} short what the end of a curve calls it
 * @property {"" | "kind" | "network" | "depth" | "rate"} role
 * @property {boolean} small in the row of small fields
 * @property {number[]} default
 * @property {string} layers the control of the network's layers
 * @property {Record<string, Record<number, number>>} counts how many there are, by kind and layers
 */

/**
 * The strip below the curves: the limits of its map.
 * @typedef {object} DeclaredPanel
 * @property {string} name
 * @property {number} low
 * @property {number} high
 * @property {boolean} log
 * @property {string} zero what an exact zero means; hatched
 */

/**
 * What is asked before the curves are shown.
 * @typedef {object} Question
 * @property {string} text
 * @property {string[]} options
 */

/**
 * A lab as its page builds it.
 * @typedef {object} Declared
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {boolean} lecture
 * @property {boolean} asking whether a card above asks what a recording would answer
 * @property {string} suggestion what to try first; empty in a lecture, and where a question is asked
 * @property {boolean} named whether a run is called after its network; else after its settings
 * @property {DeclaredControl[]} controls
 * @property {Settings} settings
 * @property {DeclaredPanel | null} panel
 * @property {"log" | "linear"} scale of the loss, as the chart opens
 * @property {Question | null} question
 * @property {Record<string, number[]>} recorded the depths that are recorded, by kind
 * @property {"kernel" | "engine" | "recording"} host who trains, if anybody does
 * @property {string} live what the page says of that
 * @property {string} late why something that was asked is not heard yet
 * @property {Tokens} tokens
 */

/**
 * The part of tokens.json that canvases need.
 * @typedef {object} Tokens
 * @property {{ dash: number[] }[]} run_patterns
 * @property {Record<"notebook" | "lecture_1080p", Lines>} line
 * @property {{ update_ms_reduced: number }} motion
 * @property {{ sequential: { light: string[], dark: string[] } }} maps
 * @property {{ max_runs: number, smooth_steps: number }} chart
 */

/**
 * Widths in pixels.
 * @typedef {Record<"run" | "ghost" | "raw" | "grid" | "axis" | "reference" | "marker", number>} Lines
 */

/**
 * An instant lab as its page builds it.
 * @typedef {object} InstantDeclared
 * @property {string} name
 * @property {string} title
 * @property {string} about
 * @property {boolean} lecture
 * @property {boolean} trains whether it has Train and Stop
 * @property {boolean} asking whether a question is open, so that nothing plays by itself
 * @property {string} suggestion what to try first; empty in a lecture, and where a question is asked
 * @property {string} suggestion_played the same where a page has films and nobody computes
 * @property {string} live what the page says of who computes; empty for the kernel
 * @property {DeclaredControl[]} controls
 * @property {Settings} settings
 */

/**
 * A run that was recorded and ships with the course, by the rule and thinned for drawing where a lab has a grid of them.
 * Its numbers stand in columns, a place for each record, and the last places are evaluations.
 * @typedef {object} Recorded
 * @property {string} kind
 * @property {number} depth
 * @property {number} rate
 * @property {string} date of the recording
 * @property {"top" | "bottom" | null} end of the ladder, where the rule's rate stands there
 * @property {Settings | null} settings all of them, where the lab has no grid
 * @property {number[]} steps each as the difference from the one before
 * @property {number[]} losses
 * @property {number[]} accuracies
 * @property {number[]} milliseconds of training, each as the difference from the one before
 * @property {("train_eval" | "test")[]} evaluated the splits of the last places
 */

/**
 * All that a page needs which trains by itself; `Uint8Array`s are in base64.
 * @typedef {object} Alone
 * @property {Declared} declared
 * @property {Record<string, Record<string, number>>} rates what the rule chose when it was recorded: by kind and depth
 * @property {Settings} recorded_as the settings, kind and depth apart, for which that holds
 * @property {string[]} families whose colour a run takes by its number, where one kind alone is trained
 * @property {Record<string, DeclaredPanel>} panels gradients, gates and alive
 * @property {Record<string, [string, string]>} endings what the status line says of a run that is over: symbol and words
 * @property {number} guessing the share of the loss of guessing above which nothing was learned
 * @property {string} worker the script that trains
 * @property {string} kernels WebAssembly
 * @property {string} images gzipped, a line an image
 * @property {string} recordings gzipped, JSON: a list of `Recorded`
 * @property {string} played what the page says of where its curves come from, where nothing can train
 */

/**
 * All that a page needs which computes an instant lab by itself; `Uint8Array`s are in base64.
 * @typedef {object} Computes
 * @property {InstantDeclared} declared
 * @property {Look} look what its figures take of the design tokens
 * @property {string} computer the script that computes
 * @property {string} kernels WebAssembly
 * @property {string} images gzipped, a line an image
 * @property {string[]} still SVG: its first setting, where nothing can compute
 * @property {number[]} places of its views those that are shown; all if empty
 */

/** @typedef {{ view: "lines" } & import("./views/figures.js").Lines} StoredLines */
/** @typedef {{ view: "map", values: number[][] } & Omit<import("./views/figures.js").Map_, "values">} StoredMap */
/**
 * One frame of a film: its views as course/views/storing.py has them, a map's values as steps of its colours.
 * @typedef {object} Shot
 * @property {(StoredLines | StoredMap)[]} views
 * @property {string} summary
 */

/**
 * What was recorded of a lab with these settings, from the start on.
 * @typedef {object} Film
 * @property {Settings} settings
 * @property {Shot[]} frames
 */

/**
 * All that a page needs which plays the films of an instant lab; `Uint8Array`s are in base64.
 * @typedef {object} Filmed
 * @property {InstantDeclared} declared
 * @property {Look} look
 * @property {string} films gzipped, JSON: a list of `Film`
 * @property {string} unknown what is said of settings without a film
 */

/**
 * What a figure that the page draws takes of the design tokens.
 * @typedef {object} Look
 * @property {Record<string, { family: string, dash: number[], marker: string }>} kinds
 * @property {{ dash: number[], marker: string }[]} patterns by slot, the first of slot 1
 * @property {number} run the width of a line
 * @property {number} raw that of the same unsmoothed
 * @property {number} gap pixels between two labels
 * @property {Record<"sequential" | "diverging", Record<"light" | "dark", string[]>>} maps
 */

// ── what the page is told ──

/**
 * The status line: one symbol, then what happened: the number. What to do next.
 * @typedef {object} Status
 * @property {string} symbol
 * @property {string} text
 * @property {boolean} alert an error: on a sunken ground with an ink bar
 * @property {string} announce what the live region hears; empty for what changes ten times a second
 * @property {boolean} offer whether the recording may be shown instead
 */

/**
 * Which rows of a run or of a trial, and which columns of its strip, the buffer holds.
 * @typedef {object} Series
 * @property {string} id
 * @property {string} rate the learning rate, as text
 * @property {boolean} leads a trial: it has the lowest loss so far
 * @property {number} start the first new row
 * @property {number} stop one past the last
 * @property {[number, number]} [strips] the same for columns
 * @property {number} [layers] numbers in each column, its step apart
 */

/**
 * What a network with layers left out or swapped does on the test images.
 * @typedef {object} Change
 * @property {string} label
 * @property {number | null} loss
 * @property {number} test accuracy
 * @property {boolean} now whether the network is arranged so now
 */

/**
 * What can be done to the network that a run has trained, and what was.
 * @typedef {object} Touch
 * @property {string} refused why nothing can; empty if its layers can be touched
 * @property {[number, number][]} blocks the first and the last layer of each block that can be left out or swapped
 * @property {number[]} out blocks that are left out, by their place in the list
 * @property {[number, number][]} moved (place, block) where another block stands than its own
 * @property {Change[]} changes in the order in which they were measured
 */

/**
 * One run. `series`: its own curve first, then those of the rule's trials.
 * @typedef {object} RunState
 * @property {number} id
 * @property {number} number 1 to 8, its slot: dash, marker and numeral
 * @property {string} family whose colour it takes
 * @property {string} kind of its network
 * @property {number | null} depth of its network; null for one that was given
 * @property {number | null} rate null while the rule looks for one
 * @property {number} seed
 * @property {"kernel" | "engine" | "recording"} host who trained it
 * @property {string} label its own name
 * @property {string} name what the end of its curve says: only what tells it from the others
 * @property {[string, string][]} parts (word, value) of the settings that may tell it apart
 * @property {"searching" | "running" | "finished" | "diverged" | "stopped" | "failed" | "interrupted"} status
 * @property {string} state the same in words, with the step where it ended
 * @property {boolean} over
 * @property {boolean} recorded
 * @property {number} classes
 * @property {number} epochs
 * @property {number} batch images a step
 * @property {number} steps of the whole run
 * @property {number} seconds
 * @property {number | null} loss the training loss of a finished run, the last loss of one that diverged
 * @property {number | null} test test accuracy
 * @property {number | null} diverged the step at which it did
 * @property {DeclaredPanel | null} panel
 * @property {Touch} touch
 * @property {Series[]} series
 */

/**
 * A prediction and what came of it.
 * @typedef {object} Outcome
 * @property {boolean} done answered or skipped
 * @property {string | null} text the option that was locked in
 * @property {string} measured what the finished runs say; empty as long as something trains
 */

/**
 * All that a lab's page draws; the buffer beside it holds the numbers.
 * @typedef {object} LabState
 * @property {number} count of such messages so far
 * @property {"" | "pushed" | "pulled"} way why it comes
 * @property {boolean} busy
 * @property {string} error why nothing was trained, if nothing was
 * @property {Status} status
 * @property {Record<string, number | null>} automatic by control: what the course would choose; null where it would
 *   have to search
 * @property {RunState[]} runs
 * @property {Settings} [settings] moved by a line of Python, not by the page
 * @property {Outcome} [answer]
 */

/**
 * All that an instant lab's page draws.
 * @typedef {object} InstantState
 * @property {string[]} views SVG elements
 * @property {string} summary the same in a sentence or two
 * @property {boolean} busy
 * @property {boolean} plays what is seen is the end of a film, or the start of a training, that begins by itself, once
 * @property {string} error
 * @property {Settings} [settings]
 */
