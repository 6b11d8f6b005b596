package policy

import "strings"

// nearest returns the word that was probably meant, or "" when none is near. Dashes, underscores and case do not count,
// so that maxWorkers finds max_workers.
func nearest(word string, among []string) string {
	const longest = 64 // of a word that can be a slip of the pen
	if len(word) > longest {
		return ""
	}
	best, found := 1+len(word)/4, ""
	for _, candidate := range among {
		if d := slip(fold(word), fold(candidate)); d < best || d == best && found == "" {
			best, found = d, candidate
		}
	}
	return found
}

func fold(word string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(word))
}

// slip is how far word is from candidate; a word that was cut short or drawn out is near.
func slip(word, candidate string) int {
	const enough = 3 // letters to know a word by
	if shorter := min(len(word), len(candidate)); shorter >= enough && word[:shorter] == candidate[:shorter] && word != candidate {
		return 1
	}
	return distance(word, candidate)
}

// distance is Levenshtein's: how many letters must be put in, taken out or changed to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal
			} else {
				row[j+1] = 1 + min(diagonal, above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
