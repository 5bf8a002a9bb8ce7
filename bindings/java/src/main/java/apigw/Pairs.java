package apigw;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** A map of an event: names and values in its order, repeated names included. */
public final class Pairs implements Iterable<Pair> {
    private final Event event;

    /** The word with the index of the first pair. */
    private final int word;

    /** Whether names are those of headers, which have no case (RFC 9110 section 5.1). */
    private final boolean ignoresCase;

    Pairs(Event event, int word, boolean ignoresCase) {
        this.event = event;
        this.word = word;
        this.ignoresCase = ignoresCase;
    }

    /** Returns whether the event has the map; it may be empty. */
    public boolean isPresent() {
        return event.word(word) != Event.ABSENT;
    }

    /** Returns the number of pairs. */
    public int size() {
        return isPresent() ? event.word(word + 1) : 0;
    }

    /** Returns whether there are no pairs. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Returns the first value of a name.
     *
     * @param name the name
     * @return the value, an empty string for a bare name, or null if there is no such name
     */
    public String get(String name) {
        int index = event.find(word, name, ignoresCase, 0);
        return index < 0 ? null : value(index);
    }

    /**
     * Returns all values of a name.
     *
     * @param name the name
     * @return the values, an empty string for each bare name
     */
    public List<String> getAll(String name) {
        List<String> values = new ArrayList<>();
        for (int i = event.find(word, name, ignoresCase, 0);
                i >= 0;
                i = event.find(word, name, ignoresCase, i + 1)) {
            values.add(value(i));
        }
        return values;
    }

    /**
     * Returns whether there is a name.
     *
     * @param name the name
     * @return whether a pair has it
     */
    public boolean has(String name) {
        return event.find(word, name, ignoresCase, 0) >= 0;
    }

    /**
     * Returns a pair.
     *
     * @param index its index, from 0
     * @return its name and value
     */
    public Pair pair(int index) {
        if (index < 0 || index >= size()) throw new IndexOutOfBoundsException(index);
        int number = event.word(word) + index;
        return new Pair(event.name(number), event.value(number));
    }

    /** Returns all pairs. */
    public List<Pair> toList() {
        List<Pair> pairs = new ArrayList<>(size());
        for (Pair pair : this) pairs.add(pair);
        return pairs;
    }

    @Override
    public Iterator<Pair> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size();
            }

            @Override
            public Pair next() {
                if (!hasNext()) throw new NoSuchElementException();
                return pair(next++);
            }
        };
    }

    private String value(int index) {
        String value = event.value(event.word(word) + index);
        return value == null ? "" : value;
    }
}
