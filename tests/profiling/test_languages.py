"""Which language a person writes in: English words, or none that the word rules know."""

from __future__ import annotations

import pytest

from warmtui.profiling.languages import ENGLISH, NO_LANGUAGE, word_languages


@pytest.mark.parametrize(
    "text",
    [
        "fix the failing test in services/app.py",
        "please run pytest -q and tell me what fails",
        "no, not that file, the one under services/",
        "rename fetch_rates to load_rates everywhere",
        "thanks!",
        "Can you check why the deploy takes so long?",
        "What’s the status of order 12?",
        "Generate a well-formatted PDF report in /root/pdf/report.pdf",
        "add `Order.total`, it should return a Decimal",
        "the café’s naïve façade needs a fix",
    ],
)
def test_english_is_known_also_in_few_words_and_between_names(text: str) -> None:
    assert word_languages([text]) == (ENGLISH,)


@pytest.mark.parametrize(
    "text",
    [
        "bitte korrigiere den fehlschlagenden Test in services/app.py und starte danach alles neu",
        "non, ce n’est pas le bon fichier, prends celui dans services/ s’il te plaît",
        "no, ese archivo no es, usa el que está en services/ por favor",
        "no, non quel file, quello nella cartella services per favore",
        "não, esse arquivo não, use o que está em services por favor",
        "nee, niet dat bestand, die in de map services, en draai de tests daarna opnieuw",
        "nie, nie ten plik, ten w katalogu services, i uruchom testy jeszcze raz",
        "hayır, o dosya değil, services altındaki dosyayı kullan lütfen",
        "không, không phải tệp đó, hãy dùng tệp trong thư mục services",
        "нет, не тот файл, возьми тот, что лежит в services",
        "不对，不是那个文件，用 services 下面的那个",
        "違います、そのファイルではなく services の方を使ってください",
        "아니요, 그 파일 말고 services 아래 파일을 써 주세요",
        "لا، ليس هذا الملف، بل الذي في مجلد services",
        "नहीं, वह फ़ाइल नहीं, services वाली फ़ाइल इस्तेमाल करो",
        "q3",
        "",
    ],
)
def test_what_is_not_english_is_none(text: str) -> None:
    assert word_languages([text]) == (NO_LANGUAGE,)


def test_a_pasted_english_log_makes_no_english_speaker() -> None:
    log = "\n" + "error: the file that you wanted is not there " * 50
    assert word_languages(["не работает, посмотри что там случилось и почини, пожалуйста " * 5 + log]) == (NO_LANGUAGE,)
