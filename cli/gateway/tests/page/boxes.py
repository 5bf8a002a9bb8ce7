"""Writes the font boxes.ttf, in which every character of ASCII is a box of the same width."""

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

pen = TTGlyphPen(None)
for move, point in enumerate([(50, 0), (50, 700), (450, 700), (450, 0)]):
    pen.lineTo(point) if move else pen.moveTo(point)
pen.closePath()
box, space = pen.glyph(), TTGlyphPen(None).glyph()

font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder([".notdef", "box", "space"])
font.setupCharacterMap({code: "space" if code == 32 else "box" for code in range(32, 127)})
font.setupGlyf({".notdef": space, "box": box, "space": space})
font.setupHorizontalMetrics({".notdef": (500, 0), "box": (500, 50), "space": (500, 0)})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
font.setupPost(keepGlyphNames=False)
font.font["head"].created = font.font["head"].modified = 0
font.font.recalcTimestamp = False
font.save("boxes.ttf")
