package rpc

// Numbers gives numbers to what comes and goes in a conversation: from 1 on. It may last for longer than there are numbers;
// then they come again, but for those that are taken. The zero Numbers has given none.
type Numbers struct {
	last  uint32
	again bool // all have been given once
}

// Next returns a number that is not taken.
func (n *Numbers) Next(taken func(uint32) bool) uint32 {
	for {
		n.last++
		if n.last == 0 {
			n.again = true
		} else if !taken(n.last) {
			return n.last
		}
	}
}

// Given reports whether a number has ever been given.
func (n *Numbers) Given(number uint32) bool { return number != 0 && (n.again || number <= n.last) }

// Since is how many have been given after that one.
func (n *Numbers) Since(number uint32) int { return int(n.last - number) }

// NumbersFrom are those that go on after last: for tests of what lasts for long.
func NumbersFrom(last uint32) Numbers { return Numbers{last: last} }
