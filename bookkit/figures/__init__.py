"""The figures of the chapter, in one style, a module for each topic."""
