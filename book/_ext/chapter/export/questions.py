"""In notebooks, questions are lists, with the answers at the end.

On the site each option is a fold. The answers are lists like those of the
options, in the same order, with the reasons.
"""

from copy import copy

from bs4 import Tag

from chapter.markup import parse_element, select_one

SECTION = """\
<section><h2>Answers to the questions of this chapter</h2></section>"""
NUMBER = "<p><strong>Question {}</strong></p>"


def put_answers_at_end(article: Tag) -> None:
    """Give the questions of a page numbers, and answer them at its end."""
    for hidden in article.select(".question[hidden]"):
        hidden.decompose()
    section = parse_element(SECTION)
    for number, question in enumerate(article.select(".question"), start=1):
        answers = take_answers(question)
        for place in (question, answers):
            place.insert(0, parse_element(NUMBER.format(number)))
        section.append(answers)
        if cell := question.find_parent("div", class_="tag_question"):
            cell.replace_with(question)
    if article.select(".question"):
        select_one(article, "section").append(section)


def take_answers(question: Tag) -> Tag:
    """Make a question's folds a list, and return the list with reasons."""
    for element in question.select("legend, form, .otherwise"):
        element.decompose()
    choices, reasons = Tag(name="ol"), Tag(name="ol")
    for fold in question.select("details"):
        choice = select_one(fold, "summary").extract()
        choice.name = fold.name = "li"
        fold.insert(0, copy(choice))
        select_one(fold, "li").name = "p"
        choices.append(choice)
        reasons.append(fold.extract())
    question.name = "div"
    if "typed" not in question["class"]:
        question.append(choices)
    answers = Tag(name="div")
    answers.append(reasons)
    return answers
